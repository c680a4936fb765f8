"""Approvals: rounds at the chart's steps and those that somebody asks for."""
