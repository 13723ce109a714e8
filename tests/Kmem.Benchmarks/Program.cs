System.Console.WriteLine("Kmem.Benchmarks: no benchmark chosen.");
