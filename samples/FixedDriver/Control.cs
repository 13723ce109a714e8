using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace RingDriver;

/// <summary>A question of a user's program, and the answer.</summary>
internal struct Message
{
    public uint Kind;
    public uint Value;
}

/// <summary>What a user's program may ask of the driver. Called in process context.</summary>
internal static unsafe class Control
{
    private const gfp_t Patient = GFP_KERNEL;

    /// <summary>Forgets what was lost.</summary>
    /// <returns>0, or -EINVAL where nothing was.</returns>
    public static int Clear(Device* dev)
    {
        spin_lock(ref dev->Lock);
        if (dev->Overruns + dev->Lost == 0)
        {
            spin_unlock(ref dev->Lock);
            return -EINVAL;
        }
        dev->Overruns = 0;
        dev->Lost = 0;
        spin_unlock(ref dev->Lock);
        return 0;
    }

    /// <summary>Counts the packets that nobody has read yet.</summary>
    public static uint Waiting(Device* dev)
    {
        uint count = 0;
        spin_lock(ref dev->Lock);
        for (Packet* packet = dev->First; packet != null; packet = packet->Next)
            count++;
        spin_unlock(ref dev->Lock);
        return count;
    }

    /// <summary>Counts slots that the card has not sent yet as lost, as when the cable is pulled.</summary>
    public static void Unplug(Device* dev)
    {
        spin_lock(ref dev->Lock);
        uint unsent = dev->Transmit.Head - dev->Transmit.Tail;
        dev->Lost += unsent;
        spin_unlock(ref dev->Lock);
    }

    /// <summary>Answers a question.</summary>
    /// <param name="questions">The cache that questions come from.</param>
    /// <param name="answers">The cache that answers come from.</param>
    /// <returns>The answer; 0 without memory.</returns>
    public static uint Ask(kmem_cache questions, kmem_cache answers, uint kind)
    {
        Message* question = (Message*)kmem_cache_alloc(questions, Patient);
        if (question == null)
            return 0;
        question->Kind = kind;
        question->Value = Card.ReadAddress();
        uint value = question->Value ^ question->Kind;
        kmem_cache_free(questions, question);
        return value;
    }

    /// <summary>Takes a message in, from any context.</summary>
    /// <returns>The message, to be freed with kfree; null without memory.</returns>
    public static Message* Post(uint kind)
    {
        Message* message = (Message*)kzalloc((nuint)sizeof(Message), GFP_ATOMIC);
        if (message != null)
            message->Kind = kind;
        return message;
    }

    /// <summary>Writes a message to the disk behind the card. The block layer calls it when it is short of memory.</summary>
    /// <returns>0 or -ENOMEM.</returns>
    [NoIoContext]
    public static int WriteBack(Message message)
    {
        Message* copy = (Message*)kzalloc((nuint)sizeof(Message), GFP_NOIO);
        if (copy == null)
            return -ENOMEM;
        *copy = message;
        Card.Write((byte*)copy, (byte*)&message, (uint)sizeof(Message));
        kfree(copy);
        return 0;
    }

    /// <summary>Allocates a page as an old user's program asks for it.</summary>
    /// <returns>The page's address, to be freed with free_page; 0 without memory.</returns>
    public static nuint OldPage() => __get_free_page(GFP_KERNEL);
}
