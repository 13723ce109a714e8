using System.Text.RegularExpressions;
using Kmem.Analyzers.Contracts;
using Kmem.Annotations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>docs/contracts.md against the vocabulary and the parser: what the page teaches works.</summary>
public class ContractsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "contracts.md"));

    public static TheoryData<string> WordNames => [.. ContractVocabulary.Words.Select(word => word.Name)];

    [Theory]
    [MemberData(nameof(WordNames))]
    public void Every_word_has_a_row_with_its_arguments_and_targets(string name)
    {
        var word = ContractVocabulary.Find(name)!;

        Assert.Contains($"| `{word.Usage}` | {string.Join(", ", word.Targets.Select(Describe))} | ", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_is_a_word()
    {
        var rows = Regex.Matches(Page, @"^\| `(\w+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value);

        Assert.Equal(ContractVocabulary.Words.Select(word => word.Name).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Enum_members_are_all_named()
    {
        var members = ContractVocabulary.EnumMembers(ContractValueType.AtomicKindMember)
            .Concat(ContractVocabulary.EnumMembers(ContractValueType.OutcomeMember));

        Assert.All(members, member => Assert.Contains($"`{member}`", Page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_sample_code_compiles()
    {
        var errors = SampleCompilation().GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

        Assert.Empty(errors);
    }

    [Fact]
    public void The_sample_contracts_can_be_read_and_fit_the_sample_code()
    {
        var compilation = SampleCompilation();
        var files = Blocks("kmemcontracts").Select(ContractFileParser.Parse).ToList();

        Assert.Equal(5, files.Count);
        Assert.All(files, file => Assert.Empty(file.Errors));
        Assert.All(files.SelectMany(file => file.Lines), line => CheckFits(line, compilation));
    }

    [Fact]
    public void The_sample_speaks_of_every_function_of_the_library()
    {
        var functions = SampleCompilation().GetTypeByMetadataName("Ringlib.Native")!.GetMembers().OfType<IMethodSymbol>()
            .Where(method => method.MethodKind == MethodKind.Ordinary)
            .Select(method => method.GetDocumentationCommentId());
        var contracts = Blocks("kmemcontracts").SelectMany(text => ContractFileParser.Parse(text).Lines).Select(line => line.DocumentationId);

        Assert.Empty(functions.Except(contracts));
    }

    private static void CheckFits(ContractLine line, Compilation compilation)
    {
        var member = DocumentationCommentId.GetFirstSymbolForDeclarationId(line.DocumentationId, compilation);
        var named = line.Clauses.Where(clause => clause.Target.Kind == ContractTargetKind.Parameter).Select(clause => clause.Target.Parameter);

        Assert.NotNull(member);
        Assert.Empty(named.Except(EmbeddedContracts.Parameters(member).Select(parameter => parameter.Name)));
    }

    private static CSharpCompilation SampleCompilation() => EmbeddedContracts.DotNet.Compilation
        .WithOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true))
        .AddReferences(MetadataReference.CreateFromFile(typeof(MightSleepAttribute).Assembly.Location))
        .AddSyntaxTrees(Blocks("csharp").Select(code => CSharpSyntaxTree.ParseText(code)));

    private static IEnumerable<string> Blocks(string language) =>
        Regex.Matches(Page, $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value);

    private static string Describe(ContractTargetKind target) => target switch
    {
        ContractTargetKind.Member => "member",
        ContractTargetKind.Return => "return",
        ContractTargetKind.This => "`this`",
        _ => "parameter",
    };

    private static string RepositoryRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "KmemAnalyzers.sln")))
            directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds KmemAnalyzers.sln.");
    }
}
