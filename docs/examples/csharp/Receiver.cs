// Is told what happens (Standard Webhooks 1.0): ASP.NET Core ≥ 8 and nothing else. Nobody has compiled this file yet.
//
// TRIEN_WEBHOOK_SECRET is what `trien webhook add` showed. The web server in front ends TLS and passes messages on.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

const int MaxBody = 65536;
var tolerance = TimeSpan.FromMinutes(5);
var secret = Convert.FromBase64String(Environment.GetEnvironmentVariable("TRIEN_WEBHOOK_SECRET")!.Replace("whsec_", ""));
// What was told, a file for each message; a table with the message's id as its key does the same.
var inbox = Directory.CreateDirectory("inbox").FullName;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = MaxBody);
var app = builder.Build();
app.MapPost("/{**path}", async (HttpRequest message) =>
{
    using var buffer = new MemoryStream();
    await message.Body.CopyToAsync(buffer);
    // The signature is over these very bytes: nothing may parse and write them anew before.
    var body = buffer.ToArray();
    var id = message.Headers["webhook-id"].ToString();
    if (!IsGenuine(message.Headers, id, body)) return Results.Unauthorized();
    // Here a queue of yours would take it on: `request.completed` has the signed document fetched, as Trien.cs does.
    if (Keep(id, body)) Console.WriteLine(Encoding.UTF8.GetString(body));
    return Results.NoContent();
});
app.Run();

bool IsGenuine(IHeaderDictionary headers, string id, byte[] body)
{
    var timestamp = headers["webhook-timestamp"].ToString();
    if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return false;
    var age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds;
    if (Math.Abs(age) > tolerance.TotalSeconds) return false;
    byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
    var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed)));
    // For a day after the secret was renewed, two signatures come: one by each. Compared in constant time, because how long
    // a refusal takes must not tell how much was right.
    return headers["webhook-signature"].ToString().Split(' ')
        .Any(one => CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(one)));
}

// Whether it is new: messages come more than once. What was cut off is not taken for kept.
bool Keep(string id, byte[] body)
{
    var (kept, written) = (Path.Combine(inbox, id + ".json"), Path.Combine(inbox, Path.GetRandomFileName()));
    using (var file = new FileStream(written, FileMode.CreateNew))
    {
        file.Write(body);
        file.Flush(flushToDisk: true);
    }
    try
    {
        File.Move(written, kept, overwrite: false);
        return true;
    }
    catch (IOException) when (File.Exists(kept))
    {
        File.Delete(written);
        return false;
    }
}
