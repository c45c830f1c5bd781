"""What PyTorch prints of torchvision's networks: torchvision_modules.py NAME...

To stdout, a form feed between two; nothing at all where there is no torchvision.
"""
import sys

try:
    import torchvision
except ImportError:
    sys.exit(0)

sys.stdout.buffer.write("\f".join(str(getattr(torchvision.models, name)(weights=None)) for name in sys.argv[1:]).encode())
