using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace ResNetVulkan.Tests.House;

/// <summary>
/// The categories by which the suite is split: <c>Device</c> needs a Vulkan device and runs on every driver, the rest runs once;
/// <c>FullNet</c> computes a full-size network and runs on one driver; <c>Long</c> takes minutes and runs on demand.
/// </summary>
[TestFixture]
public sealed class CategoryTests
{
    private static readonly string[] Known = ["Device", "FullNet", "Long"];

    [Test]
    public void Every_category_is_one_that_the_scripts_know()
    {
        string[] unknown =
        [
            .. from type in typeof(CategoryTests).Assembly.GetTypes()
               from member in type.GetMethods().Cast<MemberInfo>().Append(type)
               from category in member.GetCustomAttributes<CategoryAttribute>()
               where !Known.Contains(category.Name)
               select $"{type.Name}.{member.Name}: {category.Name}",
        ];
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void What_creates_a_device_says_so()
    {
        List<string> silent = [];
        foreach (SourceFile file in SourceFile.Under("Tests").Where(file => !Regex.IsMatch(file.Path, "^Tests/(Support|House)/")))
        {
            if (!Regex.IsMatch(file.Code, @"\bGpuDevice\b")) continue;
            foreach (Match name in Regex.Matches(file.Code, @"\bclass (\w+)"))
            {
                Type[] types = [.. typeof(CategoryTests).Assembly.GetTypes().Where(type => type.Name == name.Groups[1].Value)];
                silent.AddRange(types.Where(HasTests).Where(type => !Says(type)).Select(type => $"{file.Path}: {type.Name}"));
            }
        }

        Assert.That(silent, Is.Empty, "[Category(\"Device\")] on the fixture, or on those of its tests that use one");
    }

    private static bool HasTests(Type type) =>
        type.GetMethods().Any(method => method.GetCustomAttributes().Any(it => it is ITestBuilder or ISimpleTestBuilder));

    private static bool Says(Type type) =>
        type.GetMethods().Cast<MemberInfo>().Append(type)
            .SelectMany(member => member.GetCustomAttributes<CategoryAttribute>())
            .Any(category => category.Name == "Device");
}
