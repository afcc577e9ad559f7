"""Speed of the service beside its peers and limits, measured in one run."""
