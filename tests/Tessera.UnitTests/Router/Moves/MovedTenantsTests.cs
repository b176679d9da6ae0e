using Tessera.Contracts.Ids;
using Tessera.Router.Moves;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router.Moves;

public sealed class MovedTenantsTests
{
    private static readonly Guid Tenant = Guid.CreateVersion7();
    private static readonly MovedTo There = new(FeedSource.Id<CellId>("us-1"), 7);

    [Fact]
    public void What_a_cell_said_holds_until_the_directory_says_anything_new()
    {
        var moved = new MovedTenants();
        moved.Remember(Tenant, epoch: 1, There);
        Assert.Equal(There, moved.Find(Tenant, 1));
        Assert.Null(moved.Find(Guid.CreateVersion7(), 1));
        Assert.Null(moved.Find(Tenant, 2));
        Assert.Equal(0, moved.Count);
    }

    [Fact]
    public void Only_so_many_are_remembered()
    {
        var moved = new MovedTenants(most: 3);
        var tenants = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToList();
        tenants.ForEach(tenant => moved.Remember(tenant, 1, There));
        Assert.Equal(3, moved.Count);
        Assert.Equal(There, moved.Find(tenants[^1], 1));
        Assert.Null(moved.Find(tenants[0], 1));
    }
}
