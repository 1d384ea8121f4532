"""PyTorch layers that several models share. Only `nn/`, `training/` and the `*_model.py` files import torch."""
