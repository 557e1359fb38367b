"""What is known of a clip's bytes, found out in limited worker processes."""
