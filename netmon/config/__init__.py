"""Edge files: the site's inventory, the shipped profiles and the settings become model objects."""
