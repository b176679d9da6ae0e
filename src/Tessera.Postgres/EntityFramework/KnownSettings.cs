using System.Collections.Immutable;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.EntityFramework;

/// <summary>
/// The names of all settings these options have ever applied: one or two. A scope that lacks one of them blanks it, because
/// an explicit transaction would otherwise keep the value an earlier scope gave it.
/// </summary>
internal sealed class KnownSettings
{
    private ImmutableHashSet<string> _names = [];

    /// <summary>The scope's settings, and blanks for all others known.</summary>
    public IReadOnlyList<RowSetting> Complete(RowScope? scope)
    {
        IReadOnlyList<RowSetting> settings = scope?.Settings ?? [];
        foreach (var setting in settings)
        {
            if (!_names.Contains(setting.Name))
            {
                ImmutableInterlocked.Update(ref _names, (names, name) => names.Add(name), setting.Name);
            }
        }

        return _names.Count == settings.Count ? settings : [.. settings, .. Blanks(settings)];
    }

    private IEnumerable<RowSetting> Blanks(IReadOnlyList<RowSetting> settings) =>
        _names.Where(name => settings.All(setting => setting.Name != name)).Select(name => new RowSetting(name, ""));
}
