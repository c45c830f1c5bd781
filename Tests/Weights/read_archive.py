"""Loads an archive with PyTorch's own reader. Prints a line a tensor: name, dtype, extents, values."""
import sys, torch, collections
state = torch.load(sys.argv[1])
assert type(state) is collections.OrderedDict, type(state)
for name, value in state.items():
    assert value.is_contiguous() and not value.requires_grad
    print(name, str(value.dtype), 'x'.join(map(str, value.shape)), *[repr(v) for v in value.double().flatten().tolist()])
