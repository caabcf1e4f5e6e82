# What Perl programs make of bodies: a line of base64 words in, a line of base64 out.
use strict;
use warnings;
use JSON::PP;
use MIME::Base64;
$| = 1;

my %operations = (
    'json-canonical' => sub { JSON::PP->new->utf8->canonical->encode(JSON::PP->new->utf8->decode($_[0])) },
    'json-pretty'    => sub { JSON::PP->new->utf8->canonical->pretty->encode(JSON::PP->new->utf8->decode($_[0])) },
    'json-ascii'     => sub { JSON::PP->new->ascii->canonical->encode(JSON::PP->new->utf8->decode($_[0])) },
    'chomp'          => sub { my $body = $_[0]; chomp $body; $body },
    'say'            => sub { "$_[0]\n" },
    'crlf'           => sub { my $body = $_[0]; $body =~ s/\r?\n/\r\n/g; $body },
    'lf'             => sub { my $body = $_[0]; $body =~ s/\r\n/\n/g; $body },
    'one-line'       => sub { my $body = $_[0]; $body =~ s/\s*\n\s*/ /g; $body },
    'encode-base64'  => sub { encode_base64($_[0]) },
);

while (my $line = <STDIN>) {
    chomp $line;
    my ($name, @words) = split /\t/, $line, -1;
    my $out = eval { $operations{$name}->(map { decode_base64($_) } @words) };
    print defined $out ? encode_base64($out, '') . "\n" : '!' . encode_base64("$name: $@", '') . "\n";
}
