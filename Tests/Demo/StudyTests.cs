using System.Xml.Linq;
using NUnit.Framework;
using ResNetVulkan.Demo;
using ResNetVulkan.Demo.Pictures;
using ResNetVulkan.Demo.Studies;

namespace ResNetVulkan.Tests.Demo;

/// <summary>That a study's sentences follow its numbers, whichever way they go, and that its page is whole.</summary>
[TestFixture]
public sealed class StudyTests
{
    [Test]
    public void What_differs_by_less_than_two_standard_errors_is_called_chance()
    {
        // Of 100 pictures, 50 % have a standard error of 5 points; of two such parts the difference has 5 √2.
        (Share half, Share more) = (new(50, 100), new(50 + 13, 100));
        Assert.That(Share.Chance(half, half), Is.EqualTo(10 * Math.Sqrt(2)).Within(1e-9));
        Assert.That(Share.Compare(more, half), Is.Zero);
        Assert.That(Share.Compare(more with { Count = 10_000 }, half with { Count = 10_000 }), Is.EqualTo(1));
        Assert.That(Share.Compare(half with { Count = 10_000 }, more with { Count = 10_000 }), Is.EqualTo(-1));
    }

    [TestCase(30, 60, 25, 20, "This is the degradation that the paper describes, and shortcuts take it away.")]
    [TestCase(30, 60, 25, 25.1, "This is the degradation that the paper describes, and shortcuts take it away.")]
    [TestCase(30, 60, 25, 35, "Both degrade with depth at this budget, and the networks without shortcuts lose more by it.")]
    [TestCase(30, 40, 25, 55, "Both degrade with depth at this budget, and shortcuts did not lessen it.")]
    [TestCase(60, 30, 25, 20, "At this budget no degradation was seen: depth did not make training worse")]
    [TestCase(60, 30, 25, 55, "Against the paper, only the networks with shortcuts degraded with depth at this budget.")]
    public void Degradation_is_concluded_from_the_training_errors(
        double plain20, double plain56, double resnet20, double resnet56, string last)
    {
        IReadOnlyList<string> sentences = Conclusions.Degradation(
            [Net("plain-20", 20, plain20), Net("plain-56", 56, plain56)],
            [Net("resnet-20", 20, resnet20), Net("resnet-56", 56, resnet56)]);
        Assert.That(sentences[^1], Does.StartWith(last));
        Assert.That(sentences[0], Does.Contain(plain56 > plain20 ? "the deeper network is worse by 3" : "is better by 30.0 " +
            "points")
            .Or.Contain("is worse by 10.0 points"));
        Assert.That(sentences[2], Does.Contain(
            resnet56 < plain56 ? "the shortcuts make the deep network learn better" : "learn worse"));
    }

    [Test]
    public void A_network_that_broke_is_told_and_not_compared()
    {
        IReadOnlyList<string> sentences = Conclusions.Degradation(
            [Net("plain-20", 20, 30), Net("plain-56", 56, double.NaN)], [Net("resnet-20", 20, 25), Net("resnet-56", 56, 20)]);
        Assert.That(sentences, Has.Some.Contains("plain-56 did not come to its end"));
        Assert.That(sentences, Has.None.Contains("degradation that the paper describes").And.None.Contains("NaN"));
    }

    [Test]
    public void A_ranking_follows_the_test_errors_and_holds_back_where_chance_could_have_made_it()
    {
        IReadOnlyList<string> clear = Conclusions.Ranking([Net("a", 20, 0, 40), Net("b", 20, 0, 20), Net("c", 20, 0, 40.1)], "a");
        Assert.That(clear[0], Is.EqualTo("By test error, from the lowest: b 20.0 %, a 40.0 %, c 40.1 %."));
        Assert.That(clear[1], Does.StartWith("Between b and c lie 20.1 points, more than chance gives").And.Contain("c learned " +
            "less"));
        Assert.That(clear[2], Does.Contain("better b; worse none; not told apart c."));

        IReadOnlyList<string> turned = Conclusions.Ranking([Net("a", 20, 0, 20), Net("b", 20, 0, 40)], "a");
        Assert.That(turned[1], Does.Contain("b learned less"));
        Assert.That(turned[2], Does.Contain("better none; worse b; not told apart none."));

        IReadOnlyList<string> even = Conclusions.Ranking([Net("a", 20, 0, 20), Net("b", 20, 0, 20.5)], "a");
        Assert.That(even[1], Does.Contain("cannot tell from chance").And.EndWith("no ranking follows."));
    }

    [Test]
    public void Depth_is_concluded_both_ways()
    {
        IReadOnlyList<string> better = Conclusions.Depth([Net("8", 8, 0, 40, ms: 10), Net("56", 56, 0, 20, ms: 70)]);
        Assert.That(better[1], Does.Contain("from 40.0 % to 20.0 %: more layers gave a lower error."));
        Assert.That(better[^1], Is.EqualTo(
            "A step takes 10 ms with 8 layers and 70 ms with 56: 7.0 times the time for 7.0 times the layers, so time grows as " +
            "depth does."));

        IReadOnlyList<string> worse = Conclusions.Depth(
            [Net("8", 8, 0, 40, ms: 10), Net("20", 20, 0, 20, ms: 20), Net("56", 56, 0, 60, ms: 200)]);
        Assert.That(worse[0], Does.Contain("20.0 %, is that of 20 layers"));
        Assert.That(worse[1], Does.Contain("more layers gave a higher error"));
        Assert.That(worse[2], Is.EqualTo("Beyond 20 layers it rises again, and the training error does not."));
        IReadOnlyList<string> unlearned = Conclusions.Depth(
            [Net("8", 8, 40, 40), Net("20", 20, 10, 20), Net("56", 56, 50, 60)]);
        Assert.That(unlearned[2], Does.EndWith("the deepest network has not learned as much, rather than too much."));
        Assert.That(worse[^1], Does.EndWith("so time grows faster than depth."));
    }

    [Test]
    public void Gradients_are_concluded_from_their_sizes()
    {
        IReadOnlyList<string> kept = GradientStudy.Conclude(
        [
            Course("plain", 20, 1, 1), Course("plain", 220, 1e-9, 1e-9),
            Course("plain, batch norm", 20, 1, 0.5), Course("plain, batch norm", 220, 1e12, 0.5),
            Course("residual", 20, 1, 1), Course("residual", 220, 1e9, 1e9),
            Course("residual, batch norm", 20, 1, 0.5), Course("residual, batch norm", 220, 4, 0.5),
        ]);
        Assert.That(kept[0], Is.EqualTo(
            "Plain: the first layer's gradient has a length of 1 with 20 layers and of 1.0e-9 with 220; a hundred layers " +
            "multiply it by 3.2e-5: it vanishes."));
        Assert.That(kept[1], Does.EndWith("it explodes."));
        Assert.That(kept[2], Does.EndWith("it explodes."));
        Assert.That(kept[3], Does.EndWith("a hundred layers multiply it by 2: it is kept."));
        Assert.That(kept[4], Does.EndWith("both keep it on its way, x + g(x) no more nearly."));
        Assert.That(kept[5], Does.EndWith("x + g(x) keeps it on its way, where the plain network does not."));
        Assert.That(kept[6], Does.EndWith("in: residual, batch norm."));
    }

    [Test]
    public void Gradients_that_go_the_other_way_are_told_so()
    {
        IReadOnlyList<string> lost = GradientStudy.Conclude(
        [
            Course("plain, batch norm", 20, 1, 1), Course("plain, batch norm", 220, 2, 1) with { Broke = 7 },
            Course("residual, batch norm", 20, 1, 1), Course("residual, batch norm", 220, 1e-9, 1),
            Course("residual, batch norm", 1000, double.NaN, double.NaN),
        ]);
        Assert.That(lost[0], Does.EndWith("it is kept."));
        Assert.That(lost[1], Does.Contain("and is no number with 1,000;").And.EndWith("it vanishes."));
        Assert.That(lost[2], Does.Contain("of 220 layers").And.EndWith("the plain network keeps it on its way, and x + g(x) " +
            "does not."));
        Assert.That(lost[3], Does.EndWith("in: plain, batch norm."));
        Assert.That(lost[4], Does.StartWith("Plain, batch norm, 220 layers: step 7 met"));
    }

    [TestCase(30.0, "Multiply-adds do not tell the time here: a million of them takes 10.0 µs in a and 30.0 µs in b, 3.0 times")]
    [TestCase(11.0, "Multiply-adds tell the time here: a million of them takes 10.0 to 11.0 µs in every block.")]
    [TestCase(double.NaN, "This device has no clock for its steps: no times were measured.")]
    public void Blocks_are_concluded_from_times_and_counts(double pace, string sentence)
    {
        IReadOnlyList<string> sentences = BlockStudy.Conclude(
            [new("a", 10, 1_000_000, 0.01, 0.03, 1 << 20), new("b", 20, 2_000_000, pace * 0.002, 0.02, 2 << 20)], batch: 1);
        Assert.That(sentences[0], Does.StartWith(
            "For the same output the fewest multiply-adds are 1.0 M, of a, and the most 2.0 M, of b: 2.0 times as many."));
        Assert.That(sentences, Has.Some.StartsWith(sentence));
        Assert.That(sentences[^1], Does.Contain("the least of a (1.00 MiB) and the most of b (2.00 MiB)"));
    }

    [Test]
    public void A_page_needs_nothing_beside_it_and_keeps_markup_as_text()
    {
        const string odd = "<b>&\"'</b>";
        Findings findings = new(
            [odd], odd, [new Figure(odd, Chart.Lines([new Mark(odd, Colour.Ink)], (new Panel(odd, 0, 0, 0, 0), [])))],
            new Grid([new Column(odd), new Column("n", IsNumber: true)], [[odd, "1"]]), [odd], [odd], Grid.Of("a,b", [[1, odd]]));
        string page = StudyReport.Page(Study.All[0] with { Question = odd }, findings, [(odd, odd)]);
        XDocument document = Parse(page);
        Assert.That(document.Root!.Value, Does.Contain(odd));
        Assert.That(document.Descendants("b"), Is.Empty);
    }

    [Test]
    public void On_a_logarithmic_axis_nothing_is_at_the_edge_and_what_is_none_is_a_gap()
    {
        Panel panel = new("", 100, 100, 300, 200) { Across = (0, 3), IsLog = true, Limits = (1e-2, 1e2) };
        Drawing drawing = new(500, 400);
        Spot[] points = [new(0, 0), new(1, 1), new(2, double.NaN), new(2.5, 1), new(3, double.PositiveInfinity)];
        Line ends = new(new Colour(0x654321), 1, [new(0, 0.01), new(3, 100)]);
        panel.Draw(drawing, [new Line(new Colour(0x123456), 1, points), ends]);
        string[] lines =
        [
            .. XDocument.Parse(drawing.ToSvg()).Root!.Elements()
                .Where(it => it.Attribute("stroke")?.Value == "#123456").Select(it => it.Attribute("points")!.Value),
        ];
        Assert.That(lines, Is.EqualTo(new[] { "100,300 200,200", "350,200 400,100" }));
    }

    /// <summary>As a browser sees it; fails where it would fetch anything.</summary>
    internal static XDocument Parse(string page)
    {
        const string doctype = "<!DOCTYPE html>";
        Assert.That(page, Does.StartWith(doctype));
        XDocument document = XDocument.Parse(page[doctype.Length..]);
        Assert.That(document.Descendants().Select(it => it.Name.LocalName), Has.None.EqualTo("script").And.None.EqualTo("link"));
        Assert.That(
            document.Descendants().Attributes().Select(it => it.Name.LocalName),
            Has.None.EqualTo("src").And.None.EqualTo("href").And.None.StartsWith("on"));
        string style = document.Descendants("style").Single().Value;
        Assert.That(style, Does.Not.Contain("url(").And.Not.Contain("@import").And.Contain("prefers-color-scheme: dark"));
        return document;
    }

    private static Outcome Net(string name, int layers, double train, double test = 50, double ms = 10) =>
        new(name, layers, 1000, 1000, new Share(train, 2000), new Share(test, 2000), ms);

    private static GradientCourse Course(string kind, int layers, double first, double last) =>
        new(kind, layers, [new(0, 1, "a", first), new(0, 2, "b", last)]);
}
