"""Networks, one file each, with their losses; they need torch and numpy alone."""
