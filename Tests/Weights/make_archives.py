"""Saves archives of both layouts with everything a state dict may have into a folder.

Prints a line a tensor: name, dtype, extents, values. Run with the folder as argument."""
import sys, torch, collections
torch.manual_seed(1)
base = torch.randn(6, 4, dtype=torch.float32)
state = collections.OrderedDict()
state['plain'] = torch.randn(2, 3, 4)
state['shared.rows'] = base[2:4]
state['shared.columns'] = base[:, 1:3]
state['transposed'] = base.t()
state['every.second'] = torch.randn(5, 8)[1::2, ::3]
state['channels.last'] = torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)
state['half'] = torch.tensor([1.5, -65504, 6e-8, float('inf'), float('nan')]).half()
state['bfloat16'] = torch.randn(3, 2).bfloat16().t()
state['double'] = torch.randn(3, dtype=torch.float64)
state['int64'] = torch.tensor(-5)
state['int32'] = torch.tensor([1, -2], dtype=torch.int32)
state['int16'] = torch.tensor([300, -300], dtype=torch.int16)
state['int8'] = torch.tensor([100, -100], dtype=torch.int8)
state['uint8'] = torch.tensor([200, 1], dtype=torch.uint8)
state['bool'] = torch.tensor([True, False])
state['empty'] = torch.empty(0, 3)
state['parameter'] = torch.nn.Parameter(torch.randn(2))
state['n\u00e4me'] = torch.ones(1)
for i in range(1500):                       # beyond the pickler's batch of 1000, and beyond memo number 255
    state['many.%d' % i] = torch.tensor([float(i)])
model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
for name, value in model.state_dict().items():      # with _metadata
    state['net.' + name] = value
folder = sys.argv[1]
for name, zipped in (('zip', True), ('legacy', False)):
    torch.save(state, folder + '/' + name, _use_new_zipfile_serialization=zipped)
    torch.save(model.state_dict(), folder + '/module.' + name, _use_new_zipfile_serialization=zipped)
    nested = {'epoch': 3, 'best': 0.5, 'done': False, 'big': 2**70, 'state_dict': state, 'optimizer': {'state': {0: {}}}}
    torch.save(nested, folder + '/nested.' + name, _use_new_zipfile_serialization=zipped)
    torch.save({'model': state, 'lr': [1e-3, -7]}, folder + '/model.' + name, _use_new_zipfile_serialization=zipped)
for name, value in state.items():
    print(name, str(value.dtype), 'x'.join(map(str, value.shape)), *[repr(v) for v in value.double().flatten().tolist()])
