namespace ResNetVulkan.Demo.Pictures;

/// <summary>ASCII drawn with a pen, for pictures that are made where there is no font.</summary>
internal static class StrokeFont
{
    // From ' ' to '~'. First the width; then strokes of points, each a digit for x and one for y: capitals begin at 0, small
    // letters at 2, all stand on 7, and what hangs below ends at 9.
    private static readonly string[] Glyphs =
    [
        "3", "0 0005 07", "2 0002 2022", "4 1017 3037 0242 0545", "4 413010010213344546371706 2028",
        "5 5007 1001122110 4536475645", "5 5712112031320506173754", "0 0002", "2 20020527", "2 00222507",
        "4 2125 0244 0442", "4 2226 0444", "1 1708", "3 0434", "0 07", "3 3007",
        "4 103041463717060110", "4 112027 1737", "4 0110304142430747", "4 01103041423323 334446371706", "4 37300545",
        "4 400003334446371706", "4 4130100106173746443303", "4 004017", "4 13020110304142331304061737464433",
        "4 0617374641301001031444", "0 03 07", "1 13 1708", "3 320436", "4 0343 0545", "3 023406", "4 01103041422425 27",
        "5 5647170601104051553524233252", "4 072047 1434", "4 00073746443303 3342413000", "4 4130100106173746",
        "4 00072745422000", "4 40000747 0333", "4 400007 0333", "4 41301001061737464424", "4 0007 4047 0343", "0 0007",
        "3 3036271706", "4 0007 4004 1347", "3 000737", "4 0700244047", "4 07004740", "5 203052553727050220",
        "4 07003041433404", "5 203052553727050220 3557", "4 07003041433404 2447", "4 413010010213344546371706", "4 0040 2027",
        "4 000617374640", "4 002740", "6 0017325760", "4 0047 4007", "4 002340 2327", "4 00400747",
        "2 20000727", "3 0037", "2 00202707", "4 022042", "4 0848", "1 0011",
        "4 4247 4332120306173746", "4 0007 0312324346371706", "4 4332120306173746", "4 4047 4332120306173746",
        "4 04444332120306173746", "3 30201117 0232", "4 4248391908 4332120306173746", "4 0007 0312324347", "0 0207 00",
        "1 121809 10", "3 0007 3205 1437", "1 000617", "6 0207 0312223337 3342526367", "4 0207 0312324347",
        "4 123243463717060312", "4 0209 0312324346371706", "4 4249 4332120306173746", "3 0207 031232",
        "4 43321203143546371706", "3 10162737 0232", "4 0206173746 4247", "4 022742", "6 0217335762", "4 0247 4207",
        "4 0227 4219", "4 02420747", "3 30111304151637", "0 0009", "3 00212334252607", "4 05143544",
    ];

    // A letter that is missing is an empty box.
    private const string Missing = "4 0040470700";
    private const double Across = 0.086, Down = 0.72 / 7, Gap = 2.2, Baseline = 7;

    /// <summary>In the units of the size, without what would follow the last letter.</summary>
    public static double Width(string text, double size) =>
        text.Length == 0 ? 0 : (text.Sum(letter => Glyph(letter)[0] - '0' + Gap) - Gap) * Across * size;

    public static double Thickness(double size, bool isBold) => size * (isBold ? 0.13 : 0.088);

    /// <summary>The pen's ways, from (0, 0) on the line that the letters stand on; y points down.</summary>
    public static IEnumerable<Spot[]> Strokes(string text, double size)
    {
        double at = 0;
        foreach (char letter in text)
        {
            string glyph = Glyph(letter);
            foreach (string stroke in glyph.Split(' ').Skip(1))
            {
                yield return [.. stroke.Chunk(2).Select(point => new Spot(
                    (at + point[0] - '0') * Across * size, (point[1] - '0' - Baseline) * Down * size))];
            }
            at += glyph[0] - '0' + Gap;
        }
    }

    private static string Glyph(char letter) => letter is >= ' ' and <= '~' ? Glyphs[letter - ' '] : Missing;
}
