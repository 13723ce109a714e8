namespace Kmem.Pages;

/// <summary>
/// Tells reclaim that gets somewhere from reclaim that goes in circles: others take at once what it frees, or a shrinker counts what gives no page back. As long as it gets somewhere,
/// there is more free memory than ever before after some rounds at the latest. Source: should_reclaim_retry in mm/page_alloc.c.
/// </summary>
internal struct ReclaimProgress
{
    // A shrinker may free single small objects: over a hundred of them make a page.
    private const int PatientRounds = 256;

    private nuint _mostFree;
    private int _roundsSince;

    /// <summary>Told after each round how many frames are free, says whether another one may help.</summary>
    public bool MayGoOn(nuint freeFrames)
    {
        if (freeFrames > _mostFree)
        {
            _mostFree = freeFrames;
            _roundsSince = 0;
        }
        return _roundsSince++ < PatientRounds;
    }
}
