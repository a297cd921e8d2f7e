"""Commands for those who work on Onrecord itself: demo, evaluation, benchmarks, fitting."""
