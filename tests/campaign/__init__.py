"""Campaigns: long runs that hold promises against chance, crashes and time; each prints what it counted."""
