namespace Kmem.Annotations;
