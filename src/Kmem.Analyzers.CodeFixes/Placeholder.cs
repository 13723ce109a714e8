namespace Kmem.Analyzers.CodeFixes;
