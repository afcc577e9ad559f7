"""What an empty catalogue is filled with: reference data and the invented demonstration district."""
