"""The table of all kernels: a file a family, a `Case` an operation with its parameters."""
