using Microsoft.Playwright;

namespace Tessera.SystemTests.Browser;

/// <summary>A real browser, one for all tests; each test gets a window without any cookie.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("TESSERA_TEST_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A fresh window. With <paramref name="scripts"/> off, pages must do without.</summary>
    public async Task<IPage> OpenAsync(bool scripts = true) =>
        await (await _browser!.NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = scripts })).NewPageAsync();

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
