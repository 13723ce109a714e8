using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;
using Volatile = System.Threading.Volatile;

namespace Net.Routing;

internal unsafe struct Route
{
    public Route* Next;
    public Route* Removed;
    public uint Network;
    public uint Mask;
    public uint Gateway;
    public int Metric;
    public uint LabelLength;
}

/// <summary>The head of a list that readers walk without a lock.</summary>
internal unsafe struct RouteList
{
    private nint _first;

    public Route* First
    {
        readonly get => (Route*)_first;
        set => Volatile.Write(ref _first, (nint)value);
    }
}

/// <summary>Routes: readers take no lock, writers one for all; a removed route is freed when its last reader is gone.</summary>
internal static unsafe class RoutingTable
{
    private const int MaxRoutes = 4096;
    private const uint MaxLabel = 64;

    private static spinlock_t s_writers;
    private static RouteList s_routes;
    private static int s_count;

    /// <summary>The gateway of the narrowest network that contains the address; 0 if there is none.</summary>
    public static uint Lookup(uint address)
    {
        uint gateway = 0;
        uint widest = 0;
        rcu_read_lock();
        for (Route* route = s_routes.First; route != null; route = route->Next)
        {
            if ((address & route->Mask) != route->Network || (gateway != 0 && route->Mask <= widest))
                continue;
            gateway = route->Gateway;
            widest = route->Mask;
        }

        rcu_read_unlock();
        return gateway;
    }

    public static bool Contains(uint network, uint mask)
    {
        rcu_read_lock();
        Route* route = Find(network, mask);
        bool found = route != null;
        rcu_read_unlock();
        return found;
    }

    [MightSleep]
    public static int Add(uint network, uint mask, uint gateway, byte* label, uint length)
    {
        if ((network & ~mask) != 0 || length > MaxLabel)
            return -EINVAL;
        Route* route = (Route*)kzalloc((nuint)sizeof(Route) + length, GFP_KERNEL);
        if (route == null)
            return -ENOMEM;
        memcpy(route + 1, label, length);
        route->LabelLength = length;
        route->Network = network;
        route->Mask = mask;
        route->Gateway = gateway;

        spin_lock_bh(ref s_writers);
        int error = Check(network, mask);
        if (error != 0)
        {
            spin_unlock_bh(ref s_writers);
            kfree(route);
            return error;
        }

        route->Next = s_routes.First;
        s_routes.First = route;
        s_count++;
        spin_unlock_bh(ref s_writers);
        return 0;
    }

    /// <summary>Puts a changed copy in the place of a route: readers see the old or the new one.</summary>
    [MightSleep]
    public static int Change(uint network, uint mask, uint gateway, int metric)
    {
        Route* copy = (Route*)kmalloc((nuint)sizeof(Route) + MaxLabel, GFP_KERNEL);
        if (copy == null)
            return -ENOMEM;

        spin_lock_bh(ref s_writers);
        Route* old = Find(network, mask);
        if (old == null)
        {
            spin_unlock_bh(ref s_writers);
            kfree(copy);
            return -EINVAL;
        }

        memcpy(copy, old, (nuint)sizeof(Route) + old->LabelLength);
        copy->Gateway = gateway;
        copy->Metric = metric;
        copy->Removed = null;
        Replace(old, copy);
        spin_unlock_bh(ref s_writers);

        kfree_rcu(old);
        return 0;
    }

    /// <summary>Does not sleep: the route is freed later.</summary>
    public static int Remove(uint network, uint mask)
    {
        spin_lock_bh(ref s_writers);
        Route* route = Find(network, mask);
        if (route != null)
        {
            Replace(route, route->Next);
            s_count--;
        }

        spin_unlock_bh(ref s_writers);
        if (route == null)
            return -EINVAL;
        kfree_rcu(route);
        return 0;
    }

    /// <summary>Removes every route that goes over a gateway, and waits until nobody uses them.</summary>
    [MightSleep]
    public static int Flush(uint gateway)
    {
        Route* removed = null;
        int count = 0;
        spin_lock_bh(ref s_writers);
        Route* previous = null;
        Route* route = s_routes.First;
        while (route != null)
        {
            Route* next = route->Next;
            if (route->Gateway == gateway)
            {
                if (previous == null)
                    s_routes.First = next;
                else
                    previous->Next = next;
                count++;
                route->Removed = removed;
                removed = route;
            }
            else
            {
                previous = route;
            }

            route = next;
        }

        s_count -= count;
        spin_unlock_bh(ref s_writers);

        synchronize_rcu();
        while (removed != null)
        {
            Route* next = removed->Removed;
            kfree(removed);
            removed = next;
        }

        return count;
    }

    [HoldsSpinlock("s_writers")]
    private static int Check(uint network, uint mask)
    {
        if (s_count >= MaxRoutes)
            return -ENOMEM;
        return Find(network, mask) == null ? 0 : -EBUSY;
    }

    // Under the writers' lock, or as a reader.
    private static Route* Find(uint network, uint mask)
    {
        Route* route = s_routes.First;
        while (route != null && (route->Network != network || route->Mask != mask))
            route = route->Next;
        return route;
    }

    [HoldsSpinlock("s_writers")]
    private static void Replace(Route* old, Route* other)
    {
        if (s_routes.First == old)
        {
            s_routes.First = other;
            return;
        }

        Route* previous = s_routes.First;
        while (previous != null && previous->Next != old)
            previous = previous->Next;
        BUG_ON(previous == null);
        previous->Next = other;
    }
}
