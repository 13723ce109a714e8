using System.Reflection;
using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.Tests.Fixes.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

/// <summary>What editors and command-line fixing ask of fixers.</summary>
public class FixProvidersTests
{
    public static TheoryData<Type> Providers => [.. FixProviders.Types];

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_fixer_is_exported_and_made_without_arguments(Type type)
    {
        var export = type.GetCustomAttribute<ExportCodeFixProviderAttribute>(inherit: false);
        Assert.NotNull(export);
        Assert.Equal([LanguageNames.CSharp], export.Languages);
        Assert.True(type.IsPublic);
        Assert.IsAssignableFrom<KmemCodeFixProvider>(Activator.CreateInstance(type));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_fixer_fixes_all_up_to_the_solution(Type type)
    {
        var fixAll = ((CodeFixProvider)Activator.CreateInstance(type)!).GetFixAllProvider();
        Assert.NotNull(fixAll);
        Assert.Superset(
            new HashSet<FixAllScope> { FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution },
            fixAll.GetSupportedFixAllScopes().ToHashSet());
    }

    [Fact]
    public void Each_rule_has_one_fixer()
    {
        var ids = FixProviders.CreateAll().SelectMany(fix => fix.FixableDiagnosticIds).ToList();
        Assert.Equal(
            [
                "KMEM1001", "KMEM1002", "KMEM1003", "KMEM1004", "KMEM1005", "KMEM1008", "KMEM1009", "KMEM1011", "KMEM1012", "KMEM1013",
                "KMEM2001", "KMEM2002", "KMEM2003", "KMEM2005", "KMEM2007", "KMEM2008", "KMEM2009", "KMEM2010", "KMEM2011", "KMEM2012",
                "KMEM3001", "KMEM3002", "KMEM3003",
                "KMEM4001", "KMEM4003", "KMEM4004", "KMEM4005", "KMEM4006", "KMEM4008", "KMEM4009",
                "KMEM5001",
            ],
            ids.Order());
        Assert.Subset(Rules.All.Select(rule => rule.Id).ToHashSet(), ids.ToHashSet());
    }

    [Fact]
    public void Every_title_is_in_the_resources()
    {
        var properties = typeof(FixTitles).GetProperties(BindingFlags.Public | BindingFlags.Static);
        var methods = typeof(FixTitles).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => !method.IsSpecialName);
        Assert.All(properties, property => Assert.NotEqual(property.Name, property.GetValue(null)));
        Assert.All(methods, method =>
        {
            var title = Assert.IsType<string>(method.Invoke(null, ["vfree"]));
            Assert.Contains("vfree", title, StringComparison.Ordinal);
            Assert.NotEqual("vfree", title);
        });
    }
}
