using Microsoft.AspNetCore.DataProtection;

namespace Orders.Page;

internal static class PageServices
{
    public static void AddPage(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PageOptions>().BindConfiguration("Orders").BindConfiguration("Tessera").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddAuthentication().AddCookie(options =>
        {
            options.Cookie.Name = "orders-page";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.ExpireTimeSpan = TimeSpan.FromHours(1);
            options.SlidingExpiration = false;
        });
        builder.Services.AddDataProtection().SetApplicationName("orders")
            .PersistKeysToFileSystem(PrivateFolder(Path.Combine(builder.Configuration["Tessera:Data"]!, "page-keys")));
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // that folder is the page's alone
        builder.Services.AddHttpClient<TesseraSignIn>();
    }

    private static DirectoryInfo PrivateFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
