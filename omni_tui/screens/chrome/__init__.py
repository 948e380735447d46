"""Header and footer."""
