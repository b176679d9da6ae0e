using System.Globalization;

namespace Tessera.SystemTests.Faults;

/// <summary>How long the experiments last: as short as shows it, or with <c>TESSERA_TEST_LONG=1</c> as long as the numbers need.</summary>
internal static class LongRuns
{
    public static bool Wanted => Environment.GetEnvironmentVariable("TESSERA_TEST_LONG") == "1";

    /// <summary><c>TESSERA_TEST_SIGNUPS</c>; 200 unless set.</summary>
    public static int SignUps => int.Parse(Environment.GetEnvironmentVariable("TESSERA_TEST_SIGNUPS") ?? "200", CultureInfo.InvariantCulture);

    public static T Of<T>(T usual, T inALongRun) => Wanted ? inALongRun : usual;
}
