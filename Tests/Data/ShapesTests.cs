using System.Diagnostics;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using ResNetVulkan.Data;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class ShapesTests
{
    [Test]
    public void A_picture_is_a_function_of_seed_and_index()
    {
        Shapes small = new(7, 20), large = new(7, 1000), other = new(8, 20);
        foreach (int index in (int[])[0, 3, 19])
        {
            byte[] pixels = small.Read(index).Pixels;
            Assert.That(large.Read(index).Pixels, Is.EqualTo(pixels));
            Assert.That(other.Read(index).Pixels, Is.Not.EqualTo(pixels));
            Assert.That(small.Read(index + (index < 10 ? 10 : -10)).Pixels, Is.Not.EqualTo(pixels), "of the same class");
        }
        Assert.That(Enumerable.Range(0, 20).Select(small.Label), Is.EqualTo(Enumerable.Range(0, 20).Select(i => i % 10)));
        Assert.That(Unsafe.SizeOf<ShapeScene>(), Is.EqualTo(4 * ShapeScene.Words));
    }

    [Test]
    public void The_first_pictures_keep_their_bits()
    {
        // Additions, multiplications, divisions and roots alone, so the same on every machine; and a change of the formula, which
        // would make another data set of it, is not made by accident.
        uint hash = 2166136261;
        Shapes set = new(0, 10);
        for (int i = 0; i < set.Count; i++)
            foreach (byte b in set.Read(i).Pixels) hash = (hash ^ b) * 16777619;
        Assert.That(hash, Is.EqualTo(3355500412u));
    }

    [Test]
    public void Pictures_outside_the_set_are_refused()
    {
        Shapes set = new(0, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Read(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Scene(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shapes(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShapeScene.Draw(default, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Scene(0).Render(0));
    }

    [Test]
    public void A_picture_can_have_any_size()
    {
        // The same scene with fewer and more pixels: their means agree, the noise apart.
        ShapeScene scene = new Shapes(3, 10).Scene(2);
        double Mean(int side) => scene.Render(side).Pixels.Average(v => (double)v);
        Assert.That(Mean(32), Is.EqualTo(Mean(64)).Within(1));
        Assert.That(Mean(37), Is.EqualTo(Mean(64)).Within(1));
        Assert.That(Mean(129), Is.EqualTo(Mean(64)).Within(1));
    }

    [Test]
    public void What_is_shown_stays_mostly_in_sight()
    {
        // A magenta solid in a black world, with and without what covers it.
        for (int i = 0; i < 200; i++)
        {
            ShapeScene scene = new Shapes(11, 200).Scene(i);
            scene.Color = scene.OtherColor = new(1, 0, 1, 0.25f);
            scene.Light.W = 1;
            scene.Ground = scene.Sky = scene.VeilColor with { X = 0, Y = 0, Z = 0, W = 0 };
            scene.VeilColor = new(0, 0, 0, scene.VeilColor.W);
            int covered = Solid(scene);
            scene.VeilColor.W = -1;
            int whole = Solid(scene);
            Assert.That(whole, Is.GreaterThan(350), $"picture {i} has something to see");
            Assert.That(covered, Is.GreaterThan(0.6 * whole), $"picture {i}, {Shapes.Names[(int)scene.Kind]}");
        }

        static int Solid(ShapeScene scene)
        {
            byte[] pixels = scene.Render(Shapes.Side).Pixels;
            return Enumerable.Range(0, pixels.Length / 3).Count(i => pixels[3 * i] > 127);
        }
    }

    [Test]
    public void A_linear_classifier_stays_under_half()
    {
        const int train = 2000, test = 1000, inputs = 3 * 32 * 32, classes = 10;
        Stopwatch watch = Stopwatch.StartNew();
        float[][] pictures = [.. Enumerable.Range(0, train + test).AsParallel().AsOrdered().Select(Halved)];
        TestContext.Out.WriteLine($"{train + test:N0} pictures in {watch.Elapsed.TotalSeconds:F1} s");

        // Softmax regression by SGD, one picture at a time, from zero: ten passes, after which it knows the training set.
        float[,] weights = new float[classes, inputs + 1];
        double[] p = new double[classes];
        for (int pass = 0; pass < 10; pass++)
        {
            for (int i = 0; i < train; i++)
            {
                Predict(pictures[i]);
                for (int k = 0; k < classes; k++)
                {
                    float g = (float)((p[k] - (i % classes == k ? 1 : 0)) * 0.01 / (1 + pass));
                    for (int j = 0; j < inputs; j++) weights[k, j] -= g * pictures[i][j];
                    weights[k, inputs] -= g;
                }
            }
        }
        double known = Right(0, train), unseen = Right(train, test);
        TestContext.Out.WriteLine($"right on {known:P1} of the training pictures, on {unseen:P1} of unseen ones");
        Assert.That(known, Is.GreaterThan(0.4), "it has learned");
        Assert.That(unseen, Is.LessThan(0.5).And.GreaterThan(0.1));

        double Right(int from, int count) =>
            Enumerable.Range(from, count).Count(i => Predict(pictures[i]) == i % classes) / (double)count;

        int Predict(float[] x)
        {
            for (int k = 0; k < classes; k++)
            {
                float sum = weights[k, inputs];
                for (int j = 0; j < inputs; j++) sum += weights[k, j] * x[j];
                p[k] = sum;
            }
            int best = Array.IndexOf(p, p.Max());
            double top = p[best], total = 0;
            for (int k = 0; k < classes; k++) total += p[k] = Math.Exp(p[k] - top);
            for (int k = 0; k < classes; k++) p[k] /= total;
            return best;
        }
    }

    // Every four pixels averaged: fewer weights, less noise, which is in the classifier's favour. Between -1 and 1.
    private static float[] Halved(int index)
    {
        byte[] pixels = new Shapes(5, 3000).Read(index).Pixels;
        float[] x = new float[3 * 32 * 32];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int row, int column, int c) = (i / 3 / 64 / 2, i / 3 % 64 / 2, i % 3);
            x[3 * (row * 32 + column) + c] += (pixels[i] / 127.5f - 1) / 4;
        }
        return x;
    }
}
