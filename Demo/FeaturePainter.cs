using System.Globalization;
using ResNetVulkan.Data;
using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Inference;
using ResNetVulkan.Kernels;
using ResNetVulkan.Models;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Demo;

/// <summary>Draws what a network sees in photos, where the command line asks for it.</summary>
internal sealed class FeaturePainter : IDisposable
{
    // Of the map's magnitude: what roundings are at most, see ClassActivationMap.Difference, for a thousand channels or two.
    private const double Tolerance = 1e-4;

    private readonly ModelCard _card;
    private readonly string? _cam;
    private readonly string _features;
    private readonly bool _isOneOfMany;
    private readonly int? _class;
    private readonly FeatureReader? _last, _layer;
    private readonly HashSet<string> _taken;

    public FeaturePainter(
        Pipelines pipelines, ModelCard card, WeightFile weights, string? cam, string? camClass, string? layer, string? features,
        IReadOnlyList<string> photos)
    {
        (_card, _cam, _features, _isOneOfMany) = (card, cam, features ?? "features.png", photos.Count > 1);
        _taken = [.. photos.Select(Path.GetFullPath)];
        if (camClass is not null && cam is null) throw new UsageException("--cam-class is for --cam FILE.");
        if (features is not null && layer is null) throw new UsageException("--features-out is for --features LAYER.");
        foreach (string? path in new[] { cam, layer is null ? null : _features })
        {
            if (path is not null && Path.GetExtension(path).ToLowerInvariant() is not (".png" or ".svg"))
                throw new UsageException($"'{path}' is neither .png nor .svg.");
            if (path is not null && _taken.Contains(Path.GetFullPath(path)))
                throw new UsageException($"'{path}' is a photo to look at; a picture goes to another file.");
        }
        if (cam is not null && layer is not null && Path.GetFullPath(cam) == Path.GetFullPath(_features))
            throw new UsageException($"--cam and --features-out are both '{cam}'.");
        _class = camClass is null ? null : ClassOf(camClass);
        try
        {
            if (cam is not null) _last = new FeatureReader(pipelines, card, weights);
            if (_last is { ClassMapLayer: null })
            {
                throw new UsageException(
                    $"{card.Network.Name} has no class activation maps for --cam: it does not end in a global average and one " +
                    "linear layer.");
            }
            if (layer is not null) _layer = new FeatureReader(pipelines, card, weights, layer);
        }
        catch (Exception error)
        {
            _last?.Dispose();
            if (error is ArgumentException) throw new UsageException(error.Message);
            throw;
        }
    }

    /// <param name="file">Where the photo is from.</param>
    /// <param name="photo">What is on it.</param>
    /// <param name="best">The likeliest class.</param>
    /// <returns>What was drawn of what is asked for.</returns>
    /// <exception cref="InvalidDataException">A map does not add up to its logit.</exception>
    /// <exception cref="IOException">A picture cannot be written.</exception>
    public (ClassMapReport? Map, FeaturesReport? Features) Paint(string file, PixelImage photo, int best) =>
        (PaintMap(file, photo, _class ?? best), PaintLayer(file, photo));

    public void Dispose()
    {
        _last?.Dispose();
        _layer?.Dispose();
    }

    private ClassMapReport? PaintMap(string file, PixelImage photo, int index)
    {
        if (_last is null) return null;

        FeatureMaps maps = _last.Read(photo);
        ClassActivationMap map = _last.ClassMap(maps, index);
        if (!(map.Difference <= Tolerance * map.Magnitude))
        {
            throw new InvalidDataException(
                $"'{file}': the map's mean {map.Mean:G6} and the bias {map.Bias:G6} are not the logit {map.Logit:G6}.");
        }
        double sum = maps.Logits.Sum(logit => Math.Exp(logit - map.Logit));
        string label = _card.Label(index), path = Named(_cam!, file);
        FeaturePictures.Draw(label, 1 / sum, maps, map, _card.Normalization).Save(path);
        return new ClassMapReport(index, label, map.Mean, map.Bias, map.Logit, path);
    }

    private FeaturesReport? PaintLayer(string file, PixelImage photo)
    {
        if (_layer is null) return null;

        FeatureMaps maps = _layer.Read(photo);
        string path = Named(_features, file);
        FeaturePictures.Mosaic(maps).Save(path);
        return new FeaturesReport(maps.Layer, [maps.Shape.N, maps.Shape.C, maps.Shape.H, maps.Shape.W], path);
    }

    private int ClassOf(string text)
    {
        int classes = _card.Network.Classes;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < classes) return index;
        string[] labels = [.. Enumerable.Range(0, classes).Select(_card.Label)];
        int named = Array.FindIndex(labels, label => label.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0) return named;

        string[] near = [.. labels.Where(label => label.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(8)];
        throw new UsageException(
            $"--cam-class {text} is neither a number below {classes:N0} nor the name of a class" +
            (near.Length == 0 ? "." : $"; near: {string.Join(", ", near)}."));
    }

    // With several photos out.png becomes out-NAME.png; what would be called like another, or like a photo, is numbered.
    private string Named(string path, string photo)
    {
        if (!_isOneOfMany) return path;

        (string extension, string name) = (Path.GetExtension(path), Path.GetFileNameWithoutExtension(photo));
        string stem = $"{path[..^extension.Length]}-{name}", free = stem + extension;
        for (int i = 2; !_taken.Add(Path.GetFullPath(free)); i++) free = $"{stem}-{i}{extension}";
        return free;
    }
}
