"""类别 Where emissions stand in the category lists of the standards, what counts where, and why a place holds no number."""
