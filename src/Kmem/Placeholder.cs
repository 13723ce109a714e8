namespace Kmem;
