// Has documents signed: .NET ≥ 8 and nothing else. Nobody has compiled this file yet.
//
//     submit ID FILE.pdf SIGNER SUBJECT   queues a document and prints the request; ID is your own for it
//     follow                              prints what happens, and fetches what is completed
//     fetch REQUEST                       the signed document and its evidence
//     recall REQUEST WHY                  takes a request back
//
// TRIEN_SERVER, TRIEN_UNIT and TRIEN_API_KEY say where, for which unit and as whom. With TRIEN_CLIENT_ID, the key's id,
// the key is changed for a token of some minutes (OAuth2).

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new ArgumentException($"{name} is not set");

var trien = new Trien(Setting("TRIEN_SERVER"), Setting("TRIEN_API_KEY"), Environment.GetEnvironmentVariable("TRIEN_CLIENT_ID"));
try
{
    switch (args)
    {
        case ["submit", var id, var pdf, var signer, var subject]:
            Console.WriteLine(await trien.Submit(id, Setting("TRIEN_UNIT"), pdf, signer, subject));
            break;
        case ["follow"]: await trien.Follow(TimeSpan.FromSeconds(5)); break;
        case ["fetch", var request]: await trien.Fetch(request); break;
        case ["recall", var request, var why]: await trien.Recall(request, why); break;
        default: throw new ArgumentException("submit, follow, fetch or recall?");
    }
    return 0;
}
catch (Refused refused)
{
    Console.Error.WriteLine(refused.Kind == "request-ended" ? "too late: it was decided already" : refused.Message);
    return 1;
}

/// <summary>A problem document (RFC 9457): programs go by <c>Kind</c>, people read the rest.</summary>
class Refused(string kind, string message) : Exception(message)
{
    public string Kind { get; } = kind;

    public static async Task<Refused> Of(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new Refused("", $"status {(int)answer.StatusCode}, and no problem document");
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        var kind = ((string)problem["type"]!).Replace("urn:trien:problem:", "");
        return new Refused(kind, $"{kind}: {problem["title"]} {problem["detail"]}");
    }
}

class Trien(string server, string key, string? client)
{
    static readonly int[] Pauses = [1, 2, 4, 8, 16, 32];
    static readonly HashSet<int> MayPass = [429, 502, 503, 504];

    readonly HttpClient http = new() { BaseAddress = new Uri(server.TrimEnd('/') + "/api/v1/"), Timeout = TimeSpan.FromSeconds(60) };
    string token = "";
    DateTimeOffset expires = DateTimeOffset.MinValue;

    public async Task<string> Submit(string id, string unit, string pdf, string signer, string subject)
    {
        var people = await Json(await Ask(() => Get($"people?unit={Uri.EscapeDataString(unit)}")));
        var person = (string)people.AsArray().Single(one => (string?)one!["name"] == signer)!["id"]!;
        var content = await File.ReadAllBytesAsync(pdf);
        var request = new
        {
            unit,
            classification = "open",
            sha256 = Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant(),
            metadata = new { subject, kind = "Quyết định", issuer = "UBND xã Mây Ngàn" },
            steps = new[] { new { role = "approve", signers = new[] { new { person } } } },
        };
        // A message is sent once only, so each try has its own. The same key for the same paper, however often this runs:
        // it is queued once.
        var answer = await Ask(() =>
        {
            var document = new ByteArrayContent(content) { Headers = { ContentType = new("application/pdf") } };
            var parts = new MultipartFormDataContent { { JsonContent.Create(request), "request" } };
            // Signers see this name. Of letters beyond ASCII, .NET makes something here that RFC 7578 (§4.2) forbids.
            parts.Add(document, "document", id + ".pdf");
            return new HttpRequestMessage(HttpMethod.Post, "requests") { Content = parts, Headers = { { "Idempotency-Key", id } } };
        });
        return (string)(await Json(answer))["request"]!;
    }

    /// <summary>Goes on where it was when it last ran.</summary>
    public async Task Follow(TimeSpan interval)
    {
        var cursor = File.Exists("cursor") ? await File.ReadAllTextAsync("cursor") : "0";
        EntityTagHeaderValue? tag = null;
        while (true)
        {
            var answer = await Ask(() =>
            {
                var question = Get($"changes?cursor={cursor}");
                if (tag is not null) question.Headers.IfNoneMatch.Add(tag);
                return question;
            });
            // While nothing happens the answer is 304, without a body.
            var page = answer.StatusCode == HttpStatusCode.NotModified ? null : await Json(answer);
            if (page is null || page["changes"]!.AsArray().Count == 0)
            {
                tag = answer.Headers.ETag;
                await Task.Delay(interval);
                continue;
            }
            foreach (var change in page["changes"]!.AsArray()) await Heed((string)change!["outcome"]!, (string)change["request"]!);
            // Kept only now: what was not dealt with is read again.
            cursor = page["cursor"]!.ToString();
            tag = null;
            await File.WriteAllTextAsync("cursor.new", cursor);
            File.Move("cursor.new", "cursor", overwrite: true);
        }
    }

    /// <summary>Acts on a change; names that are not known yet are only shown.</summary>
    async Task Heed(string outcome, string request)
    {
        Console.WriteLine($"{outcome} {request}");
        switch (outcome)
        {
            case "completed":
                await Fetch(request);
                break;
            case "rejected" or "returned":
                var last = (await Json(await Ask(() => Get($"requests/{request}/decisions")))).AsArray().Last()!;
                Console.WriteLine($"{last["person"]!["name"]}: {last["reason"]}");
                break;
        }
    }

    public async Task Fetch(string request)
    {
        await Save($"requests/{request}/document", $"{request}.signed.pdf");
        foreach (var one in (await Json(await Ask(() => Get($"requests/{request}/decisions")))).AsArray())
        {
            var decision = (string)one!["decision"]!;
            await Save($"requests/{request}/evidence/{decision}", $"{request}.{decision}.evidence");
        }
    }

    async Task Save(string path, string file) =>
        await File.WriteAllBytesAsync(file, await (await Ask(() => Get(path))).Content.ReadAsByteArrayAsync());

    public async Task Recall(string request, string why) =>
        await Ask(() => new HttpRequestMessage(HttpMethod.Post, $"requests/{request}/recall") { Content = JsonContent.Create(new { why }) });

    static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    static async Task<JsonNode> Json(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonNode>())!;

    /// <summary>Asks again where that may help (429, 503, no answer): every call here may be repeated.</summary>
    async Task<HttpResponseMessage> Ask(Func<HttpRequestMessage> question)
    {
        for (var attempt = 0; ; attempt++)
        {
            var last = attempt == Pauses.Length;
            var pause = TimeSpan.FromSeconds(last ? 0 : Pauses[attempt]);
            try
            {
                using var message = question();
                message.Headers.Authorization = new("Bearer", await Credential());
                var answer = await http.SendAsync(message);
                if ((int)answer.StatusCode < 400) return answer;
                if (last || !MayPass.Contains((int)answer.StatusCode)) throw await Refused.Of(answer);
                if (answer.Headers.RetryAfter?.Delta is { } asked && asked > pause) pause = asked;
            }
            catch (Exception failed) when (!last && failed is HttpRequestException or TaskCanceledException)
            {
            }
            await Task.Delay(pause);
        }
    }

    /// <summary>The key itself, or a token for it (OAuth2 client credentials, RFC 6749 §4.4).</summary>
    async Task<string> Credential()
    {
        if (client is null) return key;
        if (DateTimeOffset.UtcNow >= expires)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "oauth/token")
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            };
            message.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{key}")));
            var made = await Json((await http.SendAsync(message)).EnsureSuccessStatusCode());
            token = (string)made["access_token"]!;
            expires = DateTimeOffset.UtcNow.AddSeconds((int)made["expires_in"]! - 60);
        }
        return token;
    }
}
