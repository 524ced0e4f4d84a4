"""The reference server of the Proxy v1 Session API: correct, and spoilt on request.

It imports nothing from the rest of the suite and shares no code with it: the two
read the same documents and are held against each other.
"""
