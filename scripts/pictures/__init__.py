"""Pictures of the studio: which pages there are, and what is hard on the eye."""
