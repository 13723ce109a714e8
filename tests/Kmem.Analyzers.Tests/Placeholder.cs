namespace Kmem.Analyzers.Tests;
