"""What comes back of the mail that left: read, found again, and told to the verb that draws the conclusions."""
