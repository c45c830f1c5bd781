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
    // Of the largest logit, or of 1: float32 roundings of a mean of a few hundred products are far less.
    private const double Tolerance = 1e-4;

    private readonly ModelCard _card;
    private readonly string? _cam;
    private readonly string _features;
    private readonly bool _isOneOfMany;
    private readonly int? _class;
    private readonly FeatureReader? _last, _layer;

    public FeaturePainter(
        Pipelines pipelines, ModelCard card, WeightFile weights, string? cam, string? camClass, string? layer, string features,
        bool isOneOfMany)
    {
        (_card, _cam, _features, _isOneOfMany) = (card, cam, features, isOneOfMany);
        if (camClass is not null && cam is null) throw new UsageException("--cam-class is for --cam FILE.");
        foreach (string? path in new[] { cam, layer is null ? null : features })
        {
            if (path is not null && Path.GetExtension(path).ToLowerInvariant() is not (".png" or ".svg"))
                throw new UsageException($"'{path}' is neither .png nor .svg.");
        }
        _class = camClass is null ? null : ClassOf(camClass);
        try
        {
            if (cam is not null) _last = new FeatureReader(pipelines, card, weights);
            if (layer is not null) _layer = new FeatureReader(pipelines, card, weights, layer);
        }
        catch (ArgumentException error)
        {
            _last?.Dispose();
            throw new UsageException(error.Message);
        }
    }

    /// <returns>What the class activation map is, if one is asked for.</returns>
    /// <exception cref="InvalidDataException">A map does not add up to its logit.</exception>
    public ClassMapReport? Paint(string file, PixelImage photo, Prediction[] best)
    {
        if (_layer is not null) FeaturePictures.Mosaic(_layer.Read(photo)).Save(Named(_features, file));
        if (_last is null) return null;

        FeatureMaps maps = _last.Read(photo);
        int index = _class ?? best[0].Index;
        ClassActivationMap map = _last.ClassMap(maps, index);
        double mean = map.Values.Average(value => (double)value);
        if (!(map.Difference <= Tolerance * Math.Max(1, maps.Logits.Max(Math.Abs))))
        {
            throw new InvalidDataException(
                $"'{file}': the map's mean {mean:G6} and the bias {map.Bias:G6} are not the logit {map.Logit:G6}.");
        }
        double sum = maps.Logits.Sum(logit => Math.Exp(logit - map.Logit));
        string path = Named(_cam!, file);
        FeaturePictures.Draw(_card.Label(index), (float)(1 / sum), maps, map, _card.Normalization).Save(path);
        return new ClassMapReport(index, _card.Label(index), mean, map.Bias, map.Logit, path);
    }

    public void Dispose()
    {
        _last?.Dispose();
        _layer?.Dispose();
    }

    private int ClassOf(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < _card.Network.Classes)
            return index;
        int named = _card.Labels.ToList().FindIndex(label => label.Equals(text, StringComparison.OrdinalIgnoreCase));
        return named >= 0 ? named : throw new UsageException(
            $"--cam-class {text} is neither a number below {_card.Network.Classes:N0} nor the name of a class.");
    }

    // With several photos out.png becomes out-NAME.png.
    private string Named(string path, string photo) => !_isOneOfMany ? path : Path.Combine(
        Path.GetDirectoryName(path) ?? "",
        $"{Path.GetFileNameWithoutExtension(path)}-{Path.GetFileNameWithoutExtension(photo)}{Path.GetExtension(path)}");
}
