using System.Globalization;
using System.Xml.Linq;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Training;

namespace ResNetVulkan.Tests.Demo;

/// <summary>The pictures of a run: that they show the numbers that they were given, in both ways of writing them.</summary>
[TestFixture]
public sealed class PictureTests
{
    private const string TestColour = "#e4572e", TrainColour = "#2563c9";

    private static readonly Colour Black = new(0);

    [Test]
    public void A_box_colours_a_pixel_by_what_it_covers_of_it()
    {
        Raster raster = White(4, 3);
        raster.Fill(0.5, 0.25, 3, 2, Black);
        // Shares of a row and of a column; what is left of 255 is white.
        double[] columns = [0.5, 1, 1, 0], rows = [0.75, 1, 0];
        for (int y = 0; y < 3; y++)
            for (int x = 0; x < 4; x++)
                Assert.That(raster.Image.Pixels[3 * ((4 * y) + x)], Is.EqualTo(Math.Round(255 * (1 - (columns[x] * rows[y])))));
    }

    [TestCase(3.0), TestCase(0.5), TestCase(0.2)]
    public void A_line_has_the_area_of_its_length_and_thickness(double radius)
    {
        Raster raster = White(60, 60);
        raster.Stroke([[new Spot(10, 30), new Spot(50, 30)]], radius, Black);
        double area = raster.Image.Pixels.Where((_, i) => i % 3 == 0).Sum(value => 1 - (value / 255.0));
        // A straight side loses nothing; the two half discs at the ends are right to a half pixel of their rim.
        double ends = Math.PI * radius * radius, rim = Math.PI * Math.Max(radius, 0.5);
        double rounding = 60 * 8 / 510.0;       // half of an 8-bit step for each pixel that is touched
        Assert.That(area, Is.EqualTo((40 * 2 * radius) + ends).Within(rim + rounding));
    }

    [Test]
    public void Where_a_line_meets_itself_its_colour_does_not_add_up()
    {
        Raster raster = White(30, 30);
        raster.Stroke([[new Spot(5, 15), new Spot(25, 15), new Spot(15, 25), new Spot(15, 5)]], 2, Black with { Opacity = 0.5 });
        int crossing = raster.Image.Pixels[3 * ((30 * 15) + 15)], line = raster.Image.Pixels[3 * ((30 * 15) + 8)];
        Assert.That((crossing, line), Is.EqualTo((128, 128)));
    }

    [Test]
    public void What_lies_outside_of_the_picture_is_cut_off()
    {
        Raster raster = White(10, 10);
        raster.Stroke([[new Spot(-50, 5), new Spot(50, 5)]], 1, Black);
        raster.Stroke([[new Spot(-50, -5), new Spot(-20, -50)], []], 1, Black);
        raster.Fill(-5, 8, 50, 50, Black);
        int[] column = [.. Enumerable.Range(0, 10).Select(y => (int)raster.Image.Pixels[3 * ((10 * y) + 9)])];
        Assert.That(column, Is.EqualTo(new[] { 255, 255, 255, 255, 0, 0, 255, 255, 0, 0 }));
    }

    [Test]
    public void Every_letter_has_a_shape_of_its_own_within_its_box()
    {
        string[] shapes =
        [
            .. Enumerable.Range('!', '~' - '!' + 1).Select(code =>
            {
                string letter = ((char)code).ToString();
                Spot[][] strokes = [.. StrokeFont.Strokes(letter, 7 / 0.72)];       // one unit of the grid is a pixel down
                Assert.That(strokes, Is.Not.Empty, letter);
                Assert.That(strokes.SelectMany(it => it).Select(it => it.Y), Is.All.InRange(-7 - 1e-9, 2 + 1e-9), letter);
                double width = StrokeFont.Width(letter, 7 / 0.72);
                Assert.That(strokes.SelectMany(it => it).Select(it => it.X), Is.All.InRange(0, width + 1e-9), letter);
                return string.Join(' ', strokes.SelectMany(it => it).Select(it => $"{it.X:F2},{it.Y:F2}"));
            }),
        ];
        Assert.That(shapes, Is.Unique);
        Assert.That(StrokeFont.Strokes("é", 12).Single(), Has.Length.EqualTo(5), "a box for what is missing");
        Assert.That(StrokeFont.Width("", 12), Is.Zero);
    }

    [Test]
    public void Curves_stand_where_their_numbers_are()
    {
        EpochRecord[] epochs = [.. Enumerable.Range(1, 4).Select(e => new EpochRecord(e, 4 - e, 0.25 * e, 2, 0.2 * e, 100))];
        XElement[] lines = Lines(Curves.Draw("a run", new TrainingHistory([], epochs)).ToSvg());

        // The loss goes from 0 at 372 to 3 at 112, the accuracy from 0 at 688 to 100 at 428; an epoch is a quarter of 866.
        Spot[][] train = Points(lines, TrainColour), test = Points(lines, TestColour);
        Assert.That(train[0].Select(p => p.Y), Is.EqualTo(new[] { 112, 198.67, 285.33, 372 }));
        Assert.That(train[0].Select(p => p.X), Is.EqualTo(new[] { 286.5, 503, 719.5, 936 }));
        Assert.That(test[0].Select(p => p.Y), Is.EqualTo(new[] { 198.67, 198.67, 198.67, 198.67 }));
        Assert.That(train[^1].Select(p => p.Y), Is.EqualTo(new[] { 623, 558, 493, 428 }));
        Assert.That(test[^1].Select(p => p.Y), Is.EqualTo(new[] { 636, 584, 532, 480 }));
    }

    [Test]
    public void Steps_stand_in_their_epochs()
    {
        StepRecord[] steps = [.. Enumerable.Range(1, 10).Select(s => Step(s, 1 + ((s - 1) / 4), 10 - s, 0.1 * s))];
        Spot[] loss = Points(Lines(Curves.Draw("a run", new TrainingHistory(steps, [])).ToSvg()), TrainColour)[0];
        // Two and a half epochs over 866 pixels.
        Assert.That(loss.Select(p => p.X), Is.EqualTo(Enumerable.Range(1, 10).Select(s => 70 + (866 * s / 10.0))).Within(0.005));
    }

    [Test]
    public void A_loss_that_is_none_is_a_gap_and_is_told()
    {
        StepRecord[] steps = [.. Enumerable.Range(1, 9).Select(s => Step(s, 1, s == 5 ? double.NaN : 1, 0.1))];
        string svg = Curves.Draw("a run", new TrainingHistory(steps, [])).ToSvg();
        Spot[][] train = Points(Lines(svg), TrainColour);
        Assert.That(train.Select(part => part.Length), Is.EqualTo(new[] { 4, 4, 9 }), "loss, loss, accuracy");
        Assert.That(svg, Does.Contain("at step 5 the loss became NaN").And.Not.Contain("NaN,").And.Not.Contain(",NaN"));
    }

    private static readonly TestCaseData[] Oddities =
    [
        Odd("nothing", [], []),
        Odd("one step", [Step(1, 1, 2.3, 0.1)], []),
        Odd("one epoch and no steps", [], [new(1, 2, 0.1, null, null, 1)]),
        Odd("nothing finite", [Step(1, 1, double.NaN, 0.1), Step(2, 1, double.PositiveInfinity, 0.1)], []),
        Odd("always the same", [Step(1, 1, 5, 0), Step(2, 1, 5, 0)], []),
        Odd("below zero", [Step(1, 1, -5, 0), Step(2, 1, -4, 0)], []),
        Odd("very large and very small", [Step(1, 1, 1e300, 1e-30), Step(2, 1, 1e-300, 1e-31)], []),
        Odd("a log that begins late", [Step(900, 7, 1, 0.1), Step(901, 7, 1.1, 0.1)], [new(7, 1, 0.5, 1, 0.5, 1)]),
        Odd("no classes right", [], [new(1, 2, 0, 2, 0, 1), new(2, 2, 0, 2, 0, 1)]),
    ];

    [TestCaseSource(nameof(Oddities))]
    public void Odd_histories_give_whole_pictures(StepRecord[] steps, EpochRecord[] epochs)
    {
        Drawing drawing = Curves.Draw("odd", new TrainingHistory(steps, epochs));
        foreach (XElement line in Lines(drawing.ToSvg()))
        {
            foreach (Spot point in Points(line))
            {
                Assert.That(point.X, Is.InRange(0, drawing.Width));
                Assert.That(point.Y, Is.InRange(0, drawing.Height));
            }
        }
        Assert.That(drawing.ToPixels(scale: 1).Width, Is.EqualTo(drawing.Width));
    }

    [Test]
    public void A_long_run_gives_a_small_file()
    {
        StepRecord[] steps = [.. Enumerable.Range(0, 60_000).Select(s => Step(s + 1, 1 + (s / 400), 1 + (s % 7), 0.1))];
        string svg = Curves.Draw("long", new TrainingHistory(steps, [])).ToSvg();
        Assert.That(svg, Has.Length.LessThan(100_000));
    }

    [Test]
    public void Names_that_are_markup_stay_text()
    {
        const string name = "<b>&\"'\u0001\U0001F600é";
        XDocument svg = XDocument.Parse(Curves.Draw(name, new TrainingHistory([], [])).ToSvg());
        Assert.That(svg.Root!.Elements().First(it => it.Name.LocalName == "text").Value, Is.EqualTo("<b>&\"'é"));
    }

    [Test]
    public void Both_files_are_written_and_show_the_same_lines()
    {
        using TemporaryFolder folder = new();
        EpochRecord[] epochs = [.. Enumerable.Range(1, 60).Select(e => new EpochRecord(e, 2, 0.5, 1, 0.25, 1))];
        Drawing drawing = Curves.Draw("a run", new TrainingHistory([], epochs));
        drawing.Save(folder.File("curves.svg"));
        drawing.Save(folder.File("curves.png"));

        PixelImage png = ImageFile.Read(folder.File("curves.png"));
        Assert.That((png.Width, png.Height), Is.EqualTo((2 * drawing.Width, 2 * drawing.Height)));
        XElement[] lines = Lines(File.ReadAllText(folder.File("curves.svg")));
        foreach (string colour in (string[])[TrainColour, TestColour])
        {
            foreach (Spot[] line in Points(lines, colour))
            {
                Spot p = line[line.Length / 2];
                byte[] pixel = png.Pixels[(3 * (((int)(2 * p.Y) * png.Width) + (int)(2 * p.X)))..][..3];
                Assert.That($"#{Convert.ToHexStringLower(pixel)}", Is.EqualTo(colour), $"at {p}");
            }
        }
        Assert.That(drawing.ToPixels().Pixels, Is.EqualTo(png.Pixels), "drawn again, the same");
    }

    [Test]
    public void A_confusion_matrix_shows_counts_and_shades_by_the_row()
    {
        int[,] counts = { { 8, 2, 0 }, { 200, 800, 0 }, { 0, 0, 0 } };
        string svg = ConfusionPicture.Draw("a net on a set", counts, ["cat", "dog & co", "none"]).ToSvg();
        XElement[] elements = [.. XDocument.Parse(svg).Root!.Elements()];
        string[] texts = [.. elements.Where(it => it.Name.LocalName == "text").Select(it => it.Value)];
        string[] wanted =
        [
            "a net on a set", "808 of 1,010 right (80.00 %)", "predicted", "actual", "Shade: the share of the row.",
            "8", "2", "cat", "cat", "80.0 %", "200", "800", "dog & co", "dog & co", "80.0 %", "none", "none", "none",
        ];
        Assert.That(texts, Is.EqualTo(wanted));

        // The picture, the matrix's ground, and four cells: a share has a colour, whatever the row's sum.
        string[] fills = [.. elements.Where(it => it.Name.LocalName == "rect").Select(it => it.Attribute("fill")!.Value)];
        Assert.That(fills, Has.Length.EqualTo(6));
        Assert.That((fills[2], fills[3]), Is.EqualTo((fills[5], fills[4])));
        Assert.That(fills[2], Is.Not.EqualTo(fills[3]));
    }

    [TestCase(1), TestCase(13), TestCase(40), TestCase(100), TestCase(1000)]
    public void A_confusion_matrix_of_any_size_is_a_picture_of_a_size_that_can_be_seen(int classes)
    {
        int[,] counts = new int[classes, classes];
        for (int i = 0; i < classes; i++) counts[i, i * 7 % classes] = int.MaxValue;
        string[] names = [.. Enumerable.Range(0, classes).Select(i => i == 0 ? new string('w', 200) : $"class {i}")];
        Drawing drawing = ConfusionPicture.Draw("a net", counts, names);
        Assert.That((drawing.Width, drawing.Height), Is.EqualTo((1000.0, 1000.0)).Within(750.0));
        Assert.DoesNotThrow(() => XDocument.Parse(drawing.ToSvg()));
        Assert.That(drawing.ToPixels(scale: 1).Height, Is.EqualTo(drawing.Height));
    }

    [Test]
    public void A_confusion_matrix_needs_a_name_a_class() =>
        Assert.Throws<ArgumentException>(() => ConfusionPicture.Draw("a net", new int[2, 2], ["one"]));

    private static StepRecord Step(int step, int epoch, double loss, double rate) =>
        new(step, epoch, loss, 0.5, rate, 1, 100, 10);

    private static TestCaseData Odd(string name, StepRecord[] steps, EpochRecord[] epochs) =>
        new TestCaseData(steps, epochs).SetArgDisplayNames(name);

    private static Raster White(int width, int height)
    {
        Raster raster = new(width, height);
        raster.Fill(0, 0, width, height, Colour.White);
        return raster;
    }

    private static XElement[] Lines(string svg) =>
        [.. XDocument.Parse(svg).Root!.Elements().Where(it => it.Name.LocalName == "polyline")];

    // Without the legend's, which come first.
    private static Spot[][] Points(XElement[] lines, string colour) =>
        [.. lines.Where(it => it.Attribute("stroke")!.Value == colour).Skip(1).Select(Points)];

    private static Spot[] Points(XElement line)
    {
        string[] points = line.Attribute("points")!.Value.Split(' ');
        return [.. points.Select(text => text.Split(',')).Select(p => new Spot(Number(p[0]), Number(p[1])))];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
