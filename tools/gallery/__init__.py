"""The charts that ship, written in few words and made into the folders of ``bihuan/flows/gallery``."""
