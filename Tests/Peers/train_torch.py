"""Times training steps in PyTorch on the CPU: what to hold beside `./resnet bench MODEL --train` on the same machine.

    /usr/bin/python3 Tests/Peers/train_torch.py                         all of the works below
    /usr/bin/python3 Tests/Peers/train_torch.py resnet18 --steps 50     one of them
    ./resnet bench resnet18 --train --batch 8                           ours

    cifar-resnet20   batch 128 of 3x32x32, shortcuts without weights ("option A" of the paper)
    resnet18         batch 8 of 3x224x224, torchvision's own class
    d2l-resnet18     batch 32 of 1x96x96, the ResNet of the book Dive into Deep Learning

A step is forward, cross-entropy, backward, one update by SGD with momentum and weight decay, and the loss read back: all in
float32, on one batch that is in memory already, so no picture is read or augmented. Each work runs in both of PyTorch's memory
formats, a step of one after a step of the other, and its line tells of the one with the shorter minimum. One line of JSON each:

    medianMs, minMs         wall time of a step
    medianCpuMs, minCpuMs   CPU time of a step, of all threads together
    imagesPerSecond         by medianMs; bestImagesPerSecond by minMs
    format                  contiguous (NCHW) or channels_last (NHWC); otherMinMs and otherMinCpuMs are of the other one
    load                    the machine's load average of the last minute, before and after

Compare runs on a quiet machine. On a busy one only minCpuMs of --threads 1 says something: a thread that waits for another one,
which the machine doesn't let run, burns CPU time too.

Debian's PyTorch takes its BLAS from the system, whose default is the slow reference. Where Debian's OpenBLAS is installed
(apt-get install libopenblas0-pthread), or unpacked where --blas says, the script starts itself anew with it in the loader's
path; "blas" is what the process then had. Convolutions don't use it, linear layers do.
"""
import argparse
import glob
import json
import math
import os
import statistics
import sys
import time

RESNET = {"kind": "ResNet", "block": "Basic", "strideOnFirst": False, "hasBias": False, "imageChannels": 3, "groups": 1,
          "groupWidth": 64, "ordering": "Original", "projectsAlways": False, "isPlain": False}
LARGE = {**RESNET, "depths": [2, 2, 2, 2], "width": 64, "stem": "ImageNet", "head": "fc"}
WORKS = {   # batch, size, and the network as torch_network.py takes it
    "cifar-resnet20": (128, 32, {
        **RESNET, "depths": [3, 3, 3], "width": 16, "stem": "Cifar", "shortcut": "Padding", "head": "linear", "classes": 10}),
    "resnet18": (8, 224, {**LARGE, "shortcut": "Projection", "classes": 1000}),
    "d2l-resnet18": (32, 96, {**LARGE, "shortcut": "Convolution", "hasBias": True, "imageChannels": 1, "classes": 10}),
}


def main():
    options = parse()
    start_with_blas(options)
    # What follows loads libblas.so.3, so it comes after the loader's path is what it should be.
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Oracle"))
    global torch, torch_network
    import torch
    import torch_network
    torch.set_num_threads(options.threads)
    for name in options.works or WORKS:
        print(json.dumps(measure(name, options)), flush=True)


def parse():
    parser = argparse.ArgumentParser(
        description="Times training steps in PyTorch on the CPU, one line of JSON for each network.")
    parser.add_argument("works", nargs="*", metavar="NETWORK", help="%s; all of them if none" % ", ".join(WORKS))
    parser.add_argument("--batch", type=positive, help="instead of each network's own")
    parser.add_argument("--steps", type=positive, default=20, help="timed ones in each memory format (%(default)s)")
    parser.add_argument("--warm-up", type=positive, default=3, help="steps before those (%(default)s)")
    parser.add_argument("--threads", type=positive, default=len(os.sched_getaffinity(0)), help="all cores (%(default)s)")
    parser.add_argument("--blas", metavar="FOLDER", help="of a libblas.so.3 to use; Debian's OpenBLAS where installed")
    options = parser.parse_args()
    for name in options.works:
        if name not in WORKS:
            parser.error("no network is called %s; there are %s" % (name, ", ".join(WORKS)))
    if options.blas and not os.path.exists(os.path.join(options.blas, "libblas.so.3")):
        parser.error("there is no libblas.so.3 in %s" % options.blas)
    return options


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("%s is not at least 1" % text)
    return number


def start_with_blas(options):
    """Becomes a process that finds OpenBLAS first, where there is one: the loader reads its path before Python runs."""
    folders = [os.path.abspath(options.blas)] if options.blas else glob.glob("/usr/lib/*/openblas-pthread")
    path = os.environ.get("LD_LIBRARY_PATH", "")
    if not folders:
        print("No OpenBLAS here: linear layers run on the system's BLAS (see the top of this file).", file=sys.stderr)
    elif folders[0] != path.split(":")[0]:
        os.environ["LD_LIBRARY_PATH"] = ":".join(filter(None, [folders[0], path]))
        os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)       # it has threads of its own
        os.execv(sys.executable, [sys.executable] + sys.argv)


class Training:
    """A network with its optimizer and one batch, in one memory format, and the times of its steps in milliseconds."""

    def __init__(self, net, batch, size, memory_format):
        self.format, self.wall, self.cpu = memory_format, [], []
        layout = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}[memory_format]
        model = torch_network.build(net)
        torch_network.load(model, torch_network.state(net, 1, model))   # torch_network leaves new weights unset
        self.model = model.train().to(memory_format=layout)
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
        generator = torch.Generator().manual_seed(1)
        self.images = torch.randn(batch, net["imageChannels"], size, size, generator=generator).to(memory_format=layout)
        self.labels = torch.randint(net["classes"], (batch,), generator=generator)

    def step(self):
        wall, cpu = time.perf_counter(), time.process_time()
        loss = torch.nn.functional.cross_entropy(self.model(self.images), self.labels)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        value = loss.item()
        self.wall.append(1000 * (time.perf_counter() - wall))
        self.cpu.append(1000 * (time.process_time() - cpu))
        if not math.isfinite(value):
            sys.exit("The loss became %s: times of such steps say nothing." % value)


def measure(name, options):
    batch, size, net = WORKS[name]
    batch, load = options.batch or batch, os.getloadavg()[0]
    trainings = [Training({"name": name, **net}, batch, size, layout) for layout in ("contiguous", "channels_last")]
    for _ in range(options.warm_up + options.steps):
        for training in trainings:
            training.step()
    for training in trainings:
        training.wall, training.cpu = training.wall[options.warm_up:], training.cpu[options.warm_up:]

    faster, other = sorted(trainings, key=lambda training: min(training.wall))
    median, least = statistics.median(faster.wall), min(faster.wall)
    return {
        "model": name, "batch": batch, "size": size, "threads": torch.get_num_threads(), "steps": options.steps,
        "medianMs": round(median, 1), "minMs": round(least, 1),
        "medianCpuMs": round(statistics.median(faster.cpu), 1), "minCpuMs": round(min(faster.cpu), 1),
        "imagesPerSecond": round(1000 * batch / median, 1), "bestImagesPerSecond": round(1000 * batch / least, 1),
        "format": faster.format, "otherMinMs": round(min(other.wall), 1),
        "otherMinCpuMs": round(min(other.cpu), 1),
        "torch": torch.__version__, "blas": blas(), "load": [round(load, 1), round(os.getloadavg()[0], 1)],
    }


def blas():
    """The file that this process has as its BLAS; its folder tells which one it is."""
    with open("/proc/self/maps") as maps:
        files = {line.split()[-1] for line in maps if os.path.basename(line.split()[-1]).startswith(("libblas", "libopenblas"))}
    return ", ".join(sorted(files)) or "PyTorch's own"


if __name__ == "__main__":
    main()
