"""What the benchmark times: a file a family, a `Kernel` an operation. All of them are in `kernels.table`."""
