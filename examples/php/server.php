<?php
// A shop's server: it begins verifications, keeps each reqNo, and has results opened.
declare(strict_types=1);

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; "
    . "form-action 'none'; frame-ancestors 'none'";
const KINDS = ['html' => 'text/html', 'js' => 'text/javascript', 'css' => 'text/css'];

/** @return array{int, array<string, mixed>, string} status, answer, the window's address */
function call_service(string $path, array $body): array
{
    $key = (string) getenv('RESULT_API_KEY'); // the sandbox needs none
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => "Content-Type: application/json\r\n" . ($key === '' ? '' : "X-Api-Key: $key\r\n"),
        // An empty array would be a list.
        'content' => json_encode((object) $body, JSON_THROW_ON_ERROR),
        'ignore_errors' => true,
        'timeout' => 10,
    ]]);
    $service = getenv('VERIFICATION') ?: 'http://127.0.0.1:8080';
    // Silent, or PHP writes its warning into the page's answer.
    $text = @file_get_contents("$service/v1/member/$path", false, $context);
    $said = $text === false ? null : json_decode($text, true, 16);
    if (!is_array($said)) {
        error_log("$service: " . ($text === false ? error_get_last()['message'] : 'no JSON'));
        return [502, ['message' => '본인인증 서비스에 연결할 수 없습니다.'], ''];
    }
    $window = preg_grep('/^x-nice-window-url:/i', $http_response_header);
    return [
        (int) explode(' ', $http_response_header[0])[1],
        $said,
        $window ? trim(substr((string) end($window), strlen('x-nice-window-url:'))) : '',
    ];
}

function answer(int $status, array $body): void
{
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode((object) $body, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
}

/** What the page sent: JSON, which never comes in `$_POST`. */
function sent(): array
{
    $body = json_decode((string) file_get_contents('php://input'), true);
    return is_array($body) ? $body : [];
}

// The popup kit calls this route as if it were the service.
function begin(): void
{
    [$status, $begun, $window] = call_service('getOAuthToken', sent());
    if ($status === 200) {
        // By token_version_id, a few: two tabs are two verifications of one session.
        $_SESSION['begun'][$begun['token_version_id']] = $begun['reqNo'];
        $_SESSION['begun'] = array_slice($_SESSION['begun'], -8, null, true);
        // Without it the kit can't tell the sandbox's window from NICE's.
        header("X-Nice-Window-Url: $window");
    }
    answer($status, $begun);
}

// What came back through the browser is opened with the reqNo that did not.
function verified(): void
{
    $sent = sent();
    $values = [];
    foreach (['token_version_id', 'enc_data', 'integrity_value'] as $name) {
        $values[$name] = is_string($sent[$name] ?? null) ? $sent[$name] : '';
    }
    $reqNo = $_SESSION['begun'][$values['token_version_id']] ?? null;
    if ($reqNo === null) {
        answer(403, ['message' => '이 세션에서 시작한 본인인증이 아닙니다.']);
        return;
    }
    [$status, $result] = call_service('getVerificationResult', [...$values, 'reqNo' => $reqNo]);
    if ($status !== 200) {
        answer($status, ['message' => $result['message'] ?? '']);
        return;
    }
    // A live shop refuses the sandbox's people: sitecode, responseno, ci, di begin with SANDBOX.
    $_SESSION['person'] = ['name' => $result['name'], 'ci' => $result['ci'] ?? null];
    answer(200, ['name' => $result['name']]);
}

function show(string $file): void
{
    header('Content-Type: ' . KINDS[pathinfo($file, PATHINFO_EXTENSION)] . '; charset=utf-8');
    readfile($file);
}

// The kit, and its callback page: NICE returns to the origin of the shop's page.
function kit(string $name): void
{
    header('Content-Security-Policy: ' . POLICY);
    header('Referrer-Policy: no-referrer');
    header('Cache-Control: no-store');
    show(__DIR__ . "/../../clients/popup/$name");
}

session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax', 'use_strict_mode' => true]);
$path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
match (true) {
    $_SERVER['REQUEST_METHOD'] === 'POST' => match ($path) {
        '/api/v1/member/getOAuthToken' => begin(),
        '/verified' => verified(),
        default => http_response_code(404),
    },
    $path === '/' => show(__DIR__ . '/../index.html'),
    preg_match('#^/verification/(popup\.js|callback\.(?:html|js|css))$#', $path, $found) === 1
        => kit($found[1]),
    default => http_response_code(404),
};
