"""Every way into the tagger: HTTP and command line."""
