using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kmem.Annotations;

namespace Kmem.Tests.KernelTests;

/// <summary>
/// What the documentation of a member of the face has to say: where the kernel documents it, each parameter, the result, and whether it may sleep. "As X", "Ends X" and
/// "X if" leave to X what is the same there.
/// </summary>
public partial class FaceDocumentationTests
{
    private static readonly Dictionary<string, XElement> s_documentation = ReadDocumentation();

    public static TheoryData<string> Members => [.. Methods().Select(KeyOf)];

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_says_all_that_its_user_asks(string name)
    {
        MethodInfo method = Methods().Single(method => KeyOf(method) == name);
        XElement[] documentation = [.. DocumentationOf(name)];
        string text = string.Concat(documentation.Select(element => element.Value));

        Assert.Matches("LKD ch\\. \\d+, \"|Source: ", text);
        Assert.Equal([], method.GetParameters().Select(parameter => parameter.Name).Except(NamesOf(documentation, "param")));
        Assert.True(method.ReturnType == typeof(void) || documentation.Any(element => element.Element("returns") != null));
        if (method.IsDefined(typeof(MightSleepAttribute)))
            Assert.Matches("(?i)sleep", text);
        if (method.GetParameters().Any(parameter => parameter.IsDefined(typeof(GfpFlagsAttribute))))
            Assert.Contains("Sleeps only if the flags contain __GFP_WAIT", text);
    }

    private static IEnumerable<MethodInfo> Methods() =>
        typeof(Kernel).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Where(method => !method.IsSpecialName);

    private static IEnumerable<string?> NamesOf(XElement[] documentation, string element) =>
        documentation.SelectMany(member => member.Elements(element)).Select(child => (string?)child.Attribute("name"));

    // A member's own, and that of the one it begins with a reference to.
    private static IEnumerable<XElement> DocumentationOf(string name)
    {
        for (string? next = name; next != null;)
        {
            XElement element = s_documentation[next];
            yield return element;
            next = ReferenceOf(element);
        }
    }

    private static string? ReferenceOf(XElement element)
    {
        XElement summary = element.Element("summary")!;
        return Leading().IsMatch(summary.FirstNode is XText text ? text.Value : "") && summary.Element("see") is { } see ? KeyOf((string)see.Attribute("cref")!) : null;
    }

    private static Dictionary<string, XElement> ReadDocumentation() =>
        XDocument.Load(Path.ChangeExtension(typeof(Kernel).Assembly.Location, ".xml")).Descendants("member")
            .Where(member => ((string)member.Attribute("name")!).StartsWith("M:Kmem.Kernel.", StringComparison.Ordinal))
            .ToDictionary(member => KeyOf((string)member.Attribute("name")!));

    // Overloads differ in how many parameters they have.
    private static string KeyOf(MethodInfo method) => $"{method.Name}/{method.GetParameters().Length}";

    private static string KeyOf(string id)
    {
        string[] parts = id["M:Kmem.Kernel.".Length..].Split('(');
        return $"{parts[0].Split('`')[0]}/{(parts.Length == 1 ? 0 : parts[1].Count(c => c == ',') + 1)}";
    }

    [GeneratedRegex(@"^\s*(As|Ends an?|Ends one) $|^\s*$")]
    private static partial Regex Leading();
}
