using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Is exported for another language.</summary>
[ExportCodeFixProvider(LanguageNames.VisualBasic), Shared]
internal sealed class OtherLanguageFix : ToyFix;
