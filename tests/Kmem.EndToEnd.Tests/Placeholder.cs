namespace Kmem.EndToEnd.Tests;
