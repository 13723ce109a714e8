namespace Kmem.Testing;
