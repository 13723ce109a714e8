namespace Kmem.Tests;
