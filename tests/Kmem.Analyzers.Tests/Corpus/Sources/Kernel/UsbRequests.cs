using System;
using System.Collections.Generic;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Usb;

internal enum Direction { In, Out }

internal enum RequestState { Idle, Queued, Done, Cancelled }

/// <summary>Runs when the controller is through with a request: from its interrupt.</summary>
[AtomicContext(AtomicKind.HardIrq)]
internal unsafe delegate void RequestDone(UsbRequest* request);

/// <summary>One transfer of one endpoint.</summary>
internal unsafe struct UsbRequest
{
    public UsbRequest* Next;
    public byte* Buffer;
    public nuint Length;
    public nuint Actual;
    public int Status;
    public int Endpoint;
    public Direction Direction;
    public RequestState State;
    public bool OwnsBuffer;
}

internal static unsafe class UsbRequests
{
    /// <summary>Makes a request, with a buffer of its own where one is asked for.</summary>
    public static UsbRequest* Create(int endpoint, Direction direction, nuint length, gfp_t flags)
    {
        UsbRequest* request = (UsbRequest*)kzalloc((nuint)sizeof(UsbRequest), flags);
        if (request == null)
            return null;

        request->Endpoint = endpoint;
        request->Direction = direction;
        request->Length = length;
        if (length == 0)
            return request;

        request->Buffer = (byte*)kmalloc(length, flags);
        if (request->Buffer == null)
        {
            kfree(request);
            return null;
        }

        request->OwnsBuffer = true;
        return request;
    }

    public static void Destroy(UsbRequest* request)
    {
        if (request == null)
            return;
        if (request->OwnsBuffer)
            kfree_sensitive(request->Buffer);
        kfree(request);
    }

    /// <summary>The buffer changes hands: who had the request has it now.</summary>
    public static byte* TakeBuffer(UsbRequest* request, out nuint length)
    {
        byte* buffer = request->Buffer;
        length = request->Actual;
        request->Buffer = null;
        request->OwnsBuffer = false;
        return buffer;
    }
}

/// <summary>A controller that works through one list of requests, an interrupt at a time.</summary>
internal sealed unsafe class UsbController
{
    private const uint Start = 1, Stop = 2;

    private readonly device _device;
    private readonly work_struct _resetWork = new();
    private readonly mutex _configuration = new();
    private readonly Dictionary<int, RequestDone> _endpoints = new();
    private spinlock_t _lock;
    private void* _registers;
    private UsbRequest* _first;
    private UsbRequest* _last;
    private int _queued;
    private int _errors;
    private bool _dead;

    public UsbController(device device) => _device = device;

    public int Queued => _queued;

    public int Probe(ulong registers, uint irq)
    {
        _registers = ioremap(registers, 4096);
        if (_registers == null)
            return -ENOMEM;

        INIT_WORK(_resetWork, _ => Reset());
        int error = request_irq(irq, Interrupt, 0, "usb", null);
        if (error != 0)
        {
            iounmap(_registers);
            _registers = null;
            return error;
        }

        writel(Start, _registers);
        return 0;
    }

    public void Remove(uint irq)
    {
        writel(Stop, _registers);
        free_irq(irq, null);
        flush_work(_resetWork);
        CancelAll();
        iounmap(_registers);
        _registers = null;
    }

    public void Register(int endpoint, RequestDone done)
    {
        mutex_lock(_configuration);
        _endpoints[endpoint] = done;
        mutex_unlock(_configuration);
    }

    /// <summary>Queues a request; its completion gives it back. On an error the caller has it still.</summary>
    public int Submit(UsbRequest* request)
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        int error = _dead ? -EIO : request->State == RequestState.Queued ? -EBUSY : 0;
        if (error == 0)
            Enqueue(request);
        bool isFirst = error == 0 && _first == request;
        spin_unlock_irqrestore(ref _lock, flags);

        if (isFirst)
            writel((uint)request->Endpoint << 8 | Start, _registers);
        return error;
    }

    /// <summary>Sends bytes and waits for nothing: the completion destroys the request.</summary>
    public int Send(int endpoint, byte* data, nuint length)
    {
        gfp_t flags = in_interrupt() || irqs_disabled() ? GFP_ATOMIC : GFP_KERNEL;
        UsbRequest* request = UsbRequests.Create(endpoint, Direction.Out, length, flags);
        if (request == null)
            return -ENOMEM;

        memcpy(request->Buffer, data, length);
        int error = Submit(request);
        if (error != 0)
            UsbRequests.Destroy(request);
        return error;
    }

    [HoldsSpinlock("_lock")]
    private void Enqueue(UsbRequest* request)
    {
        request->Next = null;
        request->State = RequestState.Queued;
        if (_last == null)
            _first = request;
        else
            _last->Next = request;
        _last = request;
        _queued++;
    }

    [HoldsSpinlock("_lock")]
    private UsbRequest* Dequeue()
    {
        UsbRequest* request = _first;
        if (request == null)
            return null;

        _first = request->Next;
        if (_first == null)
            _last = null;
        _queued--;
        return request;
    }

    private irqreturn_t Interrupt(int irq, void* id)
    {
        uint status = readl(_registers);
        if (status == 0)
            return irqreturn_t.IRQ_NONE;
        if ((status & 0x8000) != 0)
        {
            schedule_work(_resetWork);
            return irqreturn_t.IRQ_HANDLED;
        }

        Complete((int)(status >> 16), (status & 1) == 0 ? 0 : -EIO);
        return irqreturn_t.IRQ_HANDLED;
    }

    [AtomicContext]
    private void Complete(int actual, int status)
    {
        spin_lock(ref _lock);
        UsbRequest* request = Dequeue();
        if (status != 0)
            _errors++;
        spin_unlock(ref _lock);
        if (request == null)
            return;

        request->Actual = (nuint)actual;
        request->Status = status;
        request->State = RequestState.Done;
        if (_endpoints.TryGetValue(request->Endpoint, out RequestDone? done))
            done(request);
        else
            UsbRequests.Destroy(request);
    }

    private void CancelAll()
    {
        UsbRequest* list;
        spin_lock_irq(ref _lock);
        list = _first;
        _first = _last = null;
        _queued = 0;
        _dead = true;
        spin_unlock_irq(ref _lock);

        while (list != null)
        {
            UsbRequest* next = list->Next;
            list->State = RequestState.Cancelled;
            UsbRequests.Destroy(list);
            list = next;
        }
    }

    private void Reset()
    {
        mutex_lock(_configuration);
        writel(Stop, _registers);
        msleep(10);
        CancelAll();
        spin_lock_irq(ref _lock);
        _dead = false;
        _errors = 0;
        spin_unlock_irq(ref _lock);
        writel(Start, _registers);
        mutex_unlock(_configuration);
    }
}

/// <summary>Reads what an endpoint sends, a page at a time, and keeps the last few for who asks.</summary>
internal sealed unsafe class UsbLog
{
    private const int Kept = 8;

    private readonly UsbController _controller;
    private readonly byte*[] _pages = new byte*[Kept];
    private readonly nuint[] _lengths = new nuint[Kept];
    private spinlock_t _lock;
    private int _next;

    public UsbLog(UsbController controller, int endpoint)
    {
        _controller = controller;
        controller.Register(endpoint, OnData);
    }

    /// <summary>Asks for the next page.</summary>
    public int Ask(int endpoint)
    {
        UsbRequest* request = UsbRequests.Create(endpoint, Direction.In, PAGE_SIZE, GFP_KERNEL);
        if (request == null)
            return -ENOMEM;
        if (_controller.Submit(request) is var error && error != 0)
        {
            UsbRequests.Destroy(request);
            return error;
        }

        return 0;
    }

    /// <summary>Copies a page out for a user.</summary>
    public int Read(int index, byte* user)
    {
        byte* copy = (byte*)kzalloc(PAGE_SIZE, GFP_KERNEL);
        if (copy == null)
            return -ENOMEM;

        nuint length = 0;
        spin_lock_irqsave(ref _lock, out nuint flags);
        byte* page = _pages[index % Kept];
        if (page != null)
        {
            length = _lengths[index % Kept];
            memcpy(copy, page, length);
        }

        spin_unlock_irqrestore(ref _lock, flags);

        int result = copy_to_user(user, copy, length) == 0 ? (int)length : -EFAULT;
        kfree(copy);
        return result;
    }

    public void Close()
    {
        for (int i = 0; i < Kept; i++)
        {
            kfree(_pages[i]);
            _pages[i] = null;
        }
    }

    private void OnData(UsbRequest* request)
    {
        byte* old = null;
        if (request->Status == 0)
        {
            byte* data = UsbRequests.TakeBuffer(request, out nuint length);
            spin_lock(ref _lock);
            int slot = _next++ % Kept;
            old = _pages[slot];
            _pages[slot] = data;
            _lengths[slot] = length;
            spin_unlock(ref _lock);
        }

        kfree(old);
        UsbRequests.Destroy(request);
    }
}
