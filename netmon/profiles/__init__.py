"""Data: what each family of equipment can tell, one YAML file each; README.md is the format."""
