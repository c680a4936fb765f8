"""What pages are made of: assets, icons, words, formats, the template environment, the form component."""
